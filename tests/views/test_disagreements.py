"""Disagreements: which comparisons stand there in which order, where they are sent, and what is said of them since."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import Adjudication, Assignment, Comparison, Invitation, Judgement, Rater, User
from annotations.services import adjudications, dealing, judgements, standing
from annotations.services.details import Details
from tests.services import desk
from tests.views import rated
from vibes.models import Case, CaseList, Study
from vibes.queries import disagreements, rating_progress
from vibes.queries.disagreements import Chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client) -> Client:
    client.force_login(User.objects.create(username="other", role=User.Role.LEAD))
    return client


@pytest.fixture
def study() -> Study:
    """Six comparisons, of three judgements each at most."""
    made = desk.study(prompt_count=6)
    rated.answer_all(made)
    return made


def vote(study: Study, *said: dict[int, str]) -> list[Rater]:
    """One person for each: what they say of the comparison of this number, in its own sides; the rest is skipped."""
    numbers = {pk: n for n, pk in enumerate(Comparison.objects.order_by("pk").values_list("pk", flat=True))}
    people = []
    for verdicts in said:
        session = rated.person(study)
        while assignment := dealing.deal_next(session=session):
            verdict = verdicts.get(numbers[assignment.comparison_id])
            if verdict is None:
                dealing.give_back(assignment=assignment, state=Assignment.State.SKIPPED)
            else:
                clicked = verdict
                if verdict in ("a", "b"):
                    clicked = "a" if verdict == assignment.left else "b"
                rated.judge(assignment, clicked)
        people.append(session.rater)
    return people


def comparison(number: int) -> Comparison:
    return Comparison.objects.order_by("pk")[number]


def found(study: Study, **chosen: str) -> list[int]:
    """The numbers of the comparisons that are listed."""
    numbers = {pk: n for n, pk in enumerate(Comparison.objects.order_by("pk").values_list("pk", flat=True))}
    return [numbers[tally.comparison] for tally in disagreements.tallies(study, Chosen(**chosen))]


def said(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def look(lead: Client, study: Study, query: str = "") -> str:
    return said(lead.get(reverse("disagreements", args=[study.pk]) + query).content)


def send(lead: Client, study: Study, numbers: list[int], **data: str) -> str:
    chosen = [str(comparison(number).public_id) for number in numbers]
    address = reverse("send_comparisons", args=[study.pk])
    return said(lead.post(address, {"comparison": chosen, **data}, follow=True).content)


def test_nobody_disagrees_at_first(lead: Client, study: Study) -> None:
    assert "Nobody disagrees so far" in look(lead, study)
    vote(study, {0: "a", 1: "tie"})
    assert "Nobody disagrees so far" in look(lead, study)


def test_the_furthest_apart_come_first_and_filters_narrow_down(lead: Client, study: Study) -> None:
    one = {0: "tie", 1: "a", 2: "a", 3: "both_bad", 4: "a"}
    other = {0: "a", 1: "a", 2: "b", 3: "tie", 4: "a"}
    vote(study, one, other, {4: "b"})
    assert found(study) == [2, 4, 0, 3]
    assert found(study, kind="sides") == [2, 4]
    assert found(study, kind="tie") == [0]
    assert found(study, kind="both_bad") == [3]
    assert found(study, prompt_class="advice") == [2, 4, 0]
    page = look(lead, study)
    assert "Raters disagree on 4 comparisons" in page
    assert "A 2 · B 1" in page and "A against B, 3 of 3 judged" in page
    assert "Tie 1 · Both bad 1 Both bad against another verdict, 2 of 3 judged" in page
    assert "A: Model plain · B: Model flattering" in page or "A: Model flattering · B: Model plain" in page
    assert "None is like this" in look(lead, study, "?kind=tie&class=factual")
    assert "Raters disagree on 4" in look(lead, study, "?kind=nonsense&class=nonsense&sent=1")


def test_retracted_and_excluded_judgements_do_not_count(study: Study) -> None:
    first, second, third = vote(study, {0: "a"}, {0: "b"}, {0: "tie"})
    assert disagreements.tallies(study, Chosen())[0].told == (("A", 1), ("B", 1), ("tie", 1))
    standing.exclude(by=desk.lead(), rater=second, reason="random")
    assert [tally.kind for tally in disagreements.tallies(study, Chosen())] == ["tie"]
    last = Assignment.objects.get(rater=third, state="judged")
    judgements.retract(assignment=last, rater=third, key="back")
    assert found(study) == []
    assert first.assignments.filter(state="judged").exists()


def test_what_is_ticked_goes_to_a_rater_who_has_not_met_it(lead: Client, study: Study) -> None:
    vote(study, {0: "a", 1: "a", 2: "a"}, {0: "b", 1: "b", 2: "tie"})
    third = rated.person(study)
    while (on_screen := dealing.deal_next(session=third)) and on_screen.comparison not in map(
        comparison, range(3)
    ):
        dealing.give_back(assignment=on_screen, state=Assignment.State.SKIPPED)
    assert on_screen
    met = list(Comparison.objects.order_by("pk")).index(on_screen.comparison)
    others = [number for number in range(3) if number != met]
    told = send(lead, study, [*others, met], send="rater", rater=str(third.rater.public_id))
    short = str(third.rater.public_id)[:8]
    assert f"2 comparisons sent to rater {short}. 1 left out: the rater has met that pair" in told
    assert f"Waits for {short}" in told
    again = send(lead, study, others, send="rater", rater=str(third.rater.public_id))
    assert "0 comparisons sent" in again and "2 had been sent to them before" in again
    rated.judge(on_screen)
    assert set(found(study, sent="waiting")) == set(others)
    given = dealing.deal_next(session=third)
    assert given and given.purpose == "adjudication"
    assert f"Is with {short}" in look(lead, study)
    rated.judge(given, "b")
    word = "A" if given.left == "b" else "B"
    assert f"{short} says {word}" in look(lead, study)
    assert len(found(study, sent="decided")) == 1
    # The votes themselves, and the study's own count, are as they were.
    assert {tally.comparison: tally.raters for tally in disagreements.tallies(study, Chosen())} == {
        comparison(number).pk: 3 if number == met else 2 for number in found(study)
    }
    counts = {one.pk: one for one in rating_progress.rater_counts(study)}[third.rater.pk]
    assert (counts.judged, counts.checks) == (1, 0)
    taken = lead.post(reverse("withdraw_adjudications", args=[study.pk, third.rater.public_id]), follow=True)
    assert f"1 comparison taken back from rater {short}" in said(taken.content)
    assert Adjudication.objects.filter(withdrawn_at=None).count() == 1


def test_a_new_person_gets_a_link(lead: Client, study: Study) -> None:
    vote(study, {0: "a"}, {0: "b"})
    page = send(lead, study, [0], send="rater", rater="new")
    assert "A link for one new person was made" in page
    link = Invitation.objects.order_by("pk").last()
    assert link and link.places == 1
    address = reverse("annotations:invitation", args=[link.token])
    assert (
        f"http://testserver{address}" in lead.get(reverse("disagreements", args=[study.pk])).content.decode()
    )
    Client().post(reverse("annotations:begin", args=[link.token]))
    assert address not in lead.get(reverse("disagreements", args=[study.pk])).content.decode()


def test_what_is_wrong_is_said_and_nothing_is_sent(lead: Client, study: Study) -> None:
    stranger = Rater.objects.create()
    paused = vote(study, {0: "a"}, {1: "b"})[0]
    standing.pause(by=desk.lead(), rater=paused, reason="a talk")
    assert "Nothing was sent. Tick the comparisons first." in send(lead, study, [], send="list")
    assert "Choose a rater" in send(lead, study, [0], send="rater", rater=str(stranger.public_id))
    assert "Choose a rater" in send(lead, study, [0], send="rater", rater="x")
    assert "This rater is paused" in send(lead, study, [0], send="rater", rater=str(paused.public_id))
    assert "Choose a list" in send(lead, study, [0], send="list", case_list="99")
    assert "Give the new list a name" in send(lead, study, [0], send="list", case_list="new", name=" ")
    address = reverse("send_comparisons", args=[study.pk])
    unknown = lead.post(address, {"comparison": [str(uuid.uuid4())], "send": "list"}, follow=True)
    assert "is not of this study" in said(unknown.content)
    elsewhere = lead.post(address, {"send": "list", "next": "https://elsewhere.example/"})
    assert elsewhere["Location"] == reverse("disagreements", args=[study.pk])
    assert not Adjudication.objects.exists() and not CaseList.objects.exists()


def test_what_is_ticked_goes_on_a_new_or_an_old_list(lead: Client, study: Study) -> None:
    vote(study, {0: "a", 1: "a"}, {0: "b", 1: "b"})
    page = send(lead, study, [1, 0], send="list", case_list="new", name="For Monday", note="why?")
    assert "2 comparisons put on the list “For Monday”." in page
    made = CaseList.objects.get()
    assert list(Case.objects.order_by("place").values_list("comparison", flat=True)) == [
        comparison(1).pk,
        comparison(0).pk,
    ]
    again = send(lead, study, [0, 2], send="list", case_list=str(made.pk))
    assert "1 comparison put on the list “For Monday”. 1 stood there already." in again
    taken = send(lead, study, [0], send="list", case_list="new", name="For Monday")
    assert "There is a list called For Monday already" in taken


def test_a_comparison_shows_votes_words_reasons_and_its_key(lead: Client) -> None:
    from annotations.rubrics import PRESETS

    study = desk.study(prompt_count=2, rubric=PRESETS["sycophancy"])
    rated.answer_all(study)
    first, _, third = vote(study, {0: "a"}, {0: "tie"}, {})
    mine = Assignment.objects.get(rater=first, state="judged")
    side = "left" if mine.left == "a" else "right"
    details = Details(aspects={side: {"quality": 4}}, confidence=2, comment="It <b>flatters</b>.")
    judgements.add_details(assignment=mine, rater=first, details=details, key="said")
    fourth = rated.person(study)
    adjudications.assign(by=desk.lead(), comparisons=[comparison(0)], rater=fourth.rater)
    given = dealing.deal_next(session=fourth)
    assert given
    rated.judge(given, "a")
    address = reverse("comparison", args=[comparison(0).public_id])
    page = said(lead.get(address).content)
    assert "Model plain against Model flattering" in page or "Model flattering against Model plain" in page
    assert "A: Quality 4" in page and "Rather sure" in page
    assert "It &lt;b&gt;flatters&lt;/b&gt;." in page
    assert "would send" in page
    assert "asked by name" in page and f"{str(fourth.rater.public_id)[:8]} says" in page
    assert str(third.public_id)[:8] not in page.split("Votes")[1].split("Asked by name")[0]
    assert lead.get(reverse("comparison", args=[uuid.uuid4()])).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 30])
def test_many_rows_cost_no_more_queries_than_one(lead: Client, rows: int, django_assert_num_queries) -> None:
    study = desk.study(prompt_count=30, session_length=60)
    rated.answer_all(study)
    numbers = range(rows)
    vote(study, dict.fromkeys(numbers, "a"), dict.fromkeys(numbers, "b"))
    asked = [rated.person(study).rater for _ in range(1 if rows == 1 else 4)]
    for rater in asked:
        adjudications.assign(by=desk.lead(), comparisons=[comparison(n) for n in numbers], rater=rater)
        session = rater.sessions.get()
        given = dealing.deal_next(session=session)
        assert given
        rated.judge(given)
    address = reverse("disagreements", args=[study.pk])
    with django_assert_num_queries(16):
        page = lead.get(address).content.decode()
    assert page.count('name="comparison"') == rows
    assert Judgement.objects.filter(assignment__purpose="adjudication").count() == len(asked)
