"""Where a study's rating stands: its title, its numbers, who rates, and the buttons that change a standing."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Judgement, Rater, User
from annotations.services import standing
from tests.services import desk
from tests.views import rated
from vibes.models import AnalysisRun, Study
from vibes.queries import rating_progress, unblinded
from vibes.services import analyses

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


def look(lead: Client, study: Study, query: str = "") -> str:
    """The page as text."""
    return said(lead.get(reverse("study_rating", args=[study.pk]) + query).content)


def said(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def change(lead: Client, study: Study, rater: Rater, verb: str, reason: str = "clicks through") -> str:
    """Asks for the form, sends it, and reads the page that follows."""
    address = reverse("change_standing", args=[study.pk, rater.public_id, verb])
    assert lead.get(address).status_code == 200
    return said(lead.post(address, {"reason": reason}, follow=True).content)


def test_before_anything_the_page_says_what_to_do(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    page = look(lead, study)
    assert "No comparison is ready to be rated yet" in page
    assert "Nobody has begun yet" in page
    assert "No pair of answers is here yet" in page


@pytest.mark.slow
def test_the_title_says_how_far_and_how_long(lead: Client) -> None:
    study = desk.answered()
    assert "No judgement yet of 108 that are wanted" in look(lead, study)
    rated.judged_by(study, 12)
    assert "12 of 108 judgements, about 8 hours left at the present pace" in look(lead, study)
    rated.long_ago(study)
    assert "12 of 108 judgements, none of them in the last hour" in look(lead, study)
    assert "0 judgements in the last 24 hours" in look(lead, study)


@pytest.mark.slow
def test_when_all_are_here_the_page_rests(lead: Client) -> None:
    study = desk.study(prompt_count=1, overlap=1)
    rated.answer_all(study)
    rated.judged_by(study, 1)
    rated.long_ago(study)
    page = lead.get(reverse("study_rating", args=[study.pk])).content.decode()
    assert "The one judgement that was wanted is here" in page
    assert "hx-trigger" not in page


@pytest.mark.slow
def test_the_matrix_counts_every_pair_of_models(lead: Client) -> None:
    study = rated.study(people=2)
    pairs = rating_progress.coverage(study, "person")
    assert len(pairs) == 6
    assert {pair.wanted for pair in pairs} == {18}
    assert sum(pair.given for pair in pairs) == 24
    assert f"{pairs[0].given} of 18" in look(lead, study)


@pytest.mark.slow
def test_raters_stand_with_their_habits_by_an_opaque_id(lead: Client) -> None:
    study = desk.answered()
    left = rated.judged_by(study, 36, verdicts="a", seconds=0.1)
    page = look(lead, study)
    assert str(left.public_id)[:8] in page
    assert "One-sided" in page
    assert "left in 100 % of 36 choices" in page
    assert "100 % 90–100, n = 36" in page
    few = rated.judged_by(study, 3)
    assert "Not enough yet: from 20 on" in look(lead, study)
    assert str(few.public_id)[:8] in look(lead, study)


@pytest.mark.slow
def test_numbers_without_an_interval_are_not_shown(lead: Client) -> None:
    study = rated.study(people=2, each=36)
    page = look(lead, study)
    assert "Agreement, Krippendorff’s α (nominal) not enough yet n = 72, 2 effective raters." in page
    assert "effective raters; an interval needs 10." in page
    assert "Repeats answered as before not asked" in page


@pytest.mark.slow
def test_agreement_is_that_of_a_report(lead: Client) -> None:
    study = desk.answered()
    desk.simulate(study)
    run = analyses.find_or_create(
        by=desk.lead(), study=study, specification=analyses.specified(rater_kinds=("simulated",))
    )
    report = json.loads(json.dumps(analyses.compute(run_id=run.pk).result))
    found = rating_progress.reliability(study, "simulated")
    mine, theirs = found.alpha, report["agreement"]["alpha_nominal"]
    assert mine is not None
    assert (mine["estimate"], mine["n"]) == (pytest.approx(theirs["estimate"]), theirs["n"])
    shown = {row["rater"]: row for row in report["raters_detail"]}
    for name, one in found.raters.items():
        kept = {key: one.row[key] for key in ("n", "tie_rate", "left", "with_others", "flags")}
        assert kept == {key: shown[name][key] for key in kept}
    page = look(lead, study)
    assert "240 judgements of 12 simulated raters" in page
    assert "Simulated. This page contains votes of simulated raters" in page


@pytest.mark.slow
def test_a_rater_is_paused_excluded_and_readmitted_with_a_reason(lead: Client) -> None:
    study = rated.study(people=2)
    rater = Rater.objects.first()
    assert rater
    assert "is paused and gets no further comparison" in change(lead, study, rater, "pause")
    assert "Paused clicks through" in look(lead, study)
    excluded = change(lead, study, rater, "exclude", "answers at random")
    assert "is excluded. 12 places will be dealt to others" in excluded
    assert "12 of 108 judgements" in excluded
    assert "12 judgements of 1 excluded rater are left out" in excluded
    readmitted = change(lead, study, rater, "readmit", "a mistake")
    assert "is readmitted, and all judgements count." in readmitted
    assert "24 of 108 judgements" in readmitted
    history = said(lead.get(reverse("change_standing", args=[study.pk, rater.public_id, "pause"])).content)
    assert "Readmitted by other: a mistake" in history
    assert "Excluded by other: answers at random" in history


def test_without_a_reason_the_form_comes_again(lead: Client) -> None:
    study = rated.study(people=1, each=2)
    rater = Rater.objects.get()
    address = reverse("change_standing", args=[study.pk, rater.public_id, "exclude"])
    assert lead.post(address, {"reason": " "}).status_code == 422
    assert lead.post(address, {"reason": "x" * 301}).status_code == 422
    rater.refresh_from_db()
    assert rater.standing == Rater.Standing.ACTIVE


def test_unknown_verbs_and_raters_of_other_studies_are_no_page(lead: Client) -> None:
    study, stranger = rated.study(people=1, each=1), Rater.objects.create()
    rater = Rater.objects.exclude(pk=stranger.pk).get()
    assert lead.get(reverse("change_standing", args=[study.pk, rater.public_id, "delete"])).status_code == 404
    assert (
        lead.get(reverse("change_standing", args=[study.pk, stranger.public_id, "pause"])).status_code == 404
    )


@pytest.mark.slow
def test_an_exclusion_leaves_exports_and_makes_runs_stale(lead: Client) -> None:
    study = rated.study(people=2, each=4)
    one, other = Rater.objects.order_by("pk")
    before = unblinded.fingerprint(study)
    standing.exclude(by=desk.lead(), rater=one, reason="random")
    without_one = unblinded.fingerprint(study)
    exported = b"".join(unblinded_lines(lead, study))
    assert str(one.public_id).encode() not in exported
    assert exported.count(b"\n") == 4
    standing.readmit(by=desk.lead(), rater=one, reason="not so")
    assert unblinded.fingerprint(study) == before
    standing.exclude(by=desk.lead(), rater=other, reason="random")
    assert len({before, without_one, unblinded.fingerprint(study)}) == 3
    longest = AnalysisRun._meta.get_field("data_fingerprint").max_length
    assert longest and len(unblinded.fingerprint(study)) + 20 < longest


def unblinded_lines(lead: Client, study: Study) -> list[bytes]:
    rows = unblinded.rows(study, kinds=("person",))
    return [f"{json.dumps(row)}\n".encode() for row in rows]


def test_the_region_polls_and_is_all_that_comes(lead: Client) -> None:
    study = rated.study(people=1, each=2)
    address = reverse("study_rating", args=[study.pk])
    assert 'hx-trigger="every 5s"' in lead.get(address).content.decode()
    region = lead.get(address, headers={"HX-Request": "true"}).content.decode()
    assert region.lstrip().startswith('<div id="rating"')
    rated.long_ago(study)
    assert 'hx-trigger="every 30s"' in lead.get(address).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("people", "each"), [(1, 1), (6, 8)])
def test_many_raters_cost_no_more_queries_than_one(
    lead: Client, people: int, each: int, django_assert_num_queries
) -> None:
    study = rated.study(people=people, each=each)
    address = reverse("study_rating", args=[study.pk])
    with django_assert_num_queries(22):
        lead.get(address)
    with django_assert_num_queries(18):
        lead.get(address, headers={"HX-Request": "true"})


@pytest.mark.slow
def test_golds_repeats_and_identical_pairs_are_counted_apart(lead: Client) -> None:
    study = desk.study(
        prompt_count=6, characters=desk.CHARACTERS, gold_rate=0.15, identical_rate=0.15, repeat_rate=0.15
    )
    rated.answer_all(study)
    rated.add_checks(study)
    rater = rated.judged_by(study, 30, verdicts="aabt")
    of = {
        purpose: list(Judgement.objects.filter(assignment__purpose=purpose, step="verdict"))
        for purpose in ("study", "gold", "identical", "repeat")
    }
    assert all(of.values())
    found = rating_progress.reliability(study, "person")
    mine = found.raters[str(rater.public_id)].row
    right = sum(judgement.verdict == "a" for judgement in of["gold"])
    assert mine["n"] == len(of["study"])
    assert (mine["gold"]["n"], mine["gold"]["rate"]) == (len(of["gold"]), right / len(of["gold"]))
    assert mine["consistent"]["n"] == len(of["repeat"])
    assert found.identical and found.identical["n"] == len(of["identical"])
    page = look(lead, study)
    assert f"{right} of {len(of['gold'])}" in page
    assert f"{len(of['study'])} of 108 judgements" in page
    assert f"+ {30 - len(of['study'])} checks" in page


def test_rating_is_paused_closed_and_opened_by_a_button(lead: Client) -> None:
    study = desk.study(prompt_count=1)
    for verb, told in (
        ("pause", "Rating is paused: raters see"),
        ("close", "Rating is closed: nobody"),
        ("reopen", "Pause rating"),
    ):
        answer = lead.post(reverse("change_opening", args=[study.pk, verb]), follow=True)
        assert told in answer.content.decode()
        assert reverse("change_opening", args=[study.pk, verb]) not in answer.content.decode()
    again = lead.post(reverse("change_opening", args=[study.pk, "reopen"]), follow=True)
    assert "Nothing was changed" in again.content.decode()
    assert lead.post(reverse("change_opening", args=[study.pk, "burn"])).status_code == 404
    assert lead.get(reverse("change_opening", args=[study.pk, "pause"])).status_code == 405
