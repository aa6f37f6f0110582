"""Known answers on the lead's pages: uploaded whole or not at all, told on the rating page, and in no export."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, AuditEntry, Comparison, Judgement, Rater, User
from annotations.services import dealing, raters, training
from tests.services import desk
from tests.views import rated
from tests.views.test_study_rating import look, said
from vibes.models import Study
from vibes.queries import rating_progress, unblinded
from vibes.queries import studies as read

pytestmark = pytest.mark.django_db
ROW = {"prompt": "What is 2 + 2?", "better": "4", "worse": "5", "explanation": "**{better}** is right."}


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def rows(count: int) -> list[dict[str, str]]:
    return [
        ROW | {"prompt": f"What is {n} + 2?", "better": str(n + 2), "worse": str(n)} for n in range(count)
    ]


def upload(lead: Client, study: Study, kind: str, given: list[dict[str, str]], name: str = "known.jsonl"):
    text = "\n".join(json.dumps(row) for row in given).encode()
    sent = {"kind": kind, "file": SimpleUploadedFile(name, text)}
    return lead.post(reverse("known_answers", args=[study.pk]), sent, follow=True)


def trained(study: Study, right: int) -> Rater:
    """A person who takes a round with so many answers as expected."""
    rater = raters.begin(invitation=study.protocol.invitations.get())
    session = training.open_next(rater=rater, protocol=study.protocol)
    number = 0
    while assignment := dealing.deal_next(session=session):
        is_left = assignment.comparison.expected == assignment.left
        rated.judge(assignment, "a" if is_left == (number < right) else "b")
        number += 1
    return rater


def test_the_page_says_what_is_there_and_takes_files_of_either_kind(lead: Client) -> None:
    study = desk.study(prompt_count=1, training_length=5, training_pass=4, gold_rate=0.1)
    address = reverse("known_answers", args=[study.pk])
    before = said(lead.get(address).content)
    assert "Gold comparisons 0 , 10 % of a session" in before.replace("\u202f", " ").replace("\xa0", " ")
    assert "Training comparisons 0 , a round of 5, passed with 4 as expected" in before
    assert "wants 5 comparisons and there are none: until there are enough, raters begin without it" in before
    assert address in lead.get(reverse("study_rating", args=[study.pk])).content.decode()
    assert "wants 5 comparisons and there are none" in look(lead, study)
    assert "3 gold comparisons added." in said(upload(lead, study, "gold", rows(3)).content)
    told = said(upload(lead, study, "training", rows(8)[3:]).content)
    assert "5 training comparisons added." in told and "wants 5 comparisons" not in told
    assert "wants 5 comparisons" not in look(lead, study)
    again = said(upload(lead, study, "training", rows(9)[3:]).content)
    assert "1 training comparison added. 5 rows were there already." in again
    found = Comparison.objects.filter(purpose="training")
    assert found.count() == 6 and set(found.values_list("explanation", flat=True)) == {
        "**{better}** is right."
    }
    for one in found:
        better = one.side_a if one.expected == "a" else one.side_b
        assert one.prefix[0]["text"].startswith(f"What is {int(better[0]['text']) - 2} + 2")
    assert set(Comparison.objects.filter(purpose="gold").values_list("explanation", flat=True)) == {""}
    assert (
        AuditEntry.objects.filter(verb="added training comparisons to", actor__username="other").count() == 2
    )


@pytest.mark.parametrize(
    ("given", "name", "told"),
    [
        ([ROW, ROW | {"prompt": "Why?", "better": " "}], "k.jsonl", "k.jsonl, row 2, column better: the answer is empty. Write it, or remove the row"),
        ([ROW | {"explanation": "x" * 5_001}], "k.jsonl", "row 1, column explanation: it has 5,001 characters. Keep it within 5,000"),
        ([ROW], "k.xlsx", "Give a .csv or .jsonl file"),
        ([{}], "k.jsonl", "row 1, column prompt: there is no column prompt. The columns are prompt, better, worse"),
    ],
)  # fmt: skip
def test_one_wrong_row_and_nothing_is_stored(
    lead: Client, given: list[dict[str, str]], name: str, told: str
) -> None:
    study = desk.study(prompt_count=1, training_length=1)
    answer = upload(lead, study, "training", given, name)
    assert answer.status_code == 422 and told in said(answer.content)
    missing = lead.post(reverse("known_answers", args=[study.pk]), {"kind": "training"})
    assert missing.status_code == 422 and "Choose a CSV or JSONL file." in said(missing.content)
    assert not Comparison.objects.exists()


def test_what_is_told_in_training_is_no_gold(lead: Client) -> None:
    study = desk.study(prompt_count=1, training_length=1)
    upload(lead, study, "gold", rows(1))
    answer = upload(lead, study, "training", [*reversed(rows(3))])
    assert answer.status_code == 422 and "Row 3: it is a gold comparison of this study" in said(
        answer.content
    )
    assert not Comparison.objects.filter(purpose="training").exists()
    upload(lead, study, "training", rows(3)[1:])
    assert "it is a training comparison of this study" in said(upload(lead, study, "gold", rows(2)).content)


def test_the_ten_that_come_with_vibes_are_a_round_at_once(lead: Client) -> None:
    study = desk.study(prompt_count=1, training_length=8, training_pass=6)
    address = reverse("known_answers", args=[study.pk])
    assert "10 training comparisons added." in said(lead.post(address, {"seed": "yes"}, follow=True).content)
    assert "10 rows were there already" in said(lead.post(address, {"seed": "yes"}, follow=True).content)
    found = Comparison.objects.filter(purpose="training")
    assert found.count() == 10
    for one in found:
        assert "{better}" in one.explanation or "{worse}" in one.explanation
        assert " A " not in one.explanation.replace(" A confident", "") and " B " not in one.explanation
    assert trained(study, right=6).sessions.get().training


def test_the_rating_page_tells_how_the_training_went(lead: Client) -> None:
    study = desk.study(prompt_count=1, training_length=3, training_pass=2)
    upload(lead, study, "training", rows(3))
    passed, failing = trained(study, right=2), trained(study, right=0)
    for rater in (passed, failing):
        rater.sessions.update(ended_at="2026-01-01T00:00Z")
    page = look(lead, study)
    assert "training passed, 2 of 3" in page and "training not passed yet, 0 of 3" in page
    training.open_next(rater=failing, protocol=study.protocol)
    assert "in training, 0 of 3, round 2" in look(lead, study)


@pytest.mark.slow
def test_training_is_in_no_count_no_export_and_makes_no_run_stale(lead: Client) -> None:
    study = desk.study(prompt_count=4, characters=desk.CHARACTERS, training_length=3, training_pass=1)
    rated.answer_all(study)
    upload(lead, study, "training", rows(3))
    rated.judged_by(study, 6)
    before = (unblinded.fingerprint(study), read.collected(study), rating_progress.coverage(study, "person"))
    trained(study, right=3)
    assert Assignment.objects.filter(purpose="training", state="judged").count() == 3
    after = (unblinded.fingerprint(study), read.collected(study), rating_progress.coverage(study, "person"))
    assert before == after
    exported = list(unblinded.rows(study, kinds=("person",)))
    of_study = Judgement.objects.filter(assignment__purpose="study").values("assignment").distinct().count()
    assert len(exported) == unblinded.count(study) == of_study == 6
    assert {row["purpose"] for row in exported} == {"study"}
    trainee = next(r for r in rating_progress.rater_counts(study) if r.judged == 0)
    assert trainee.checks == 0
    found = rating_progress.reliability(study, "person")
    assert trainee.public_id not in found.raters
    assert found.gold is None or found.gold["n"] == 0
