"""Golds, identical pairs and repeats: at unpredictable places, in exact numbers, each once, and none of the study's own."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from annotations import assigning
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.services import dealing, judgements, raters
from tests.annotations import room as rooms

RATES = {"gold": 0.1, "identical": 0.05, "repeat": 0.1}
LENGTH = 30
State = Assignment.State


def scheduled(seed: int, length: int = LENGTH, **rates: float) -> dict[int, assigning.Check]:
    return assigning.schedule(session_seed=seed, length=length, **{**dict.fromkeys(RATES, 0.0), **rates})


def test_the_schedule_is_the_same_each_time_and_another_for_another_seed() -> None:
    assert scheduled(7, **RATES) == scheduled(7, **RATES)
    assert len({tuple(sorted(scheduled(seed, **RATES))) for seed in range(50)}) > 45
    assert scheduled(7) == {}


def test_the_expected_number_of_each_is_exact() -> None:
    rates = {"gold": 0.11, "identical": 0.037, "repeat": 0.083}
    found = [Counter(scheduled(seed, **rates).values()) for seed in range(6_000)]
    for name, rate in rates.items():
        counts = [count[name] for count in found]
        # Never further than 1 from rate × length; the mean of 6,000 draws has an error of at most 0.0065.
        assert set(counts) <= {int(rate * LENGTH), int(rate * LENGTH) + 1}
        assert sum(counts) / len(counts) == pytest.approx(rate * LENGTH, abs=0.03)


@pytest.mark.slow
def test_no_place_is_likelier_than_another_and_the_last_is_not_always_a_gold() -> None:
    places = [place for seed in range(6_000) for place in scheduled(seed, gold=0.1)]
    counts = Counter(places)
    assert chisquare([counts[place] for place in range(LENGTH)]).pvalue > 0.001
    repeats = Counter(place for seed in range(6_000) for place in scheduled(seed, repeat=0.1))
    assert min(repeats) == assigning.REPEAT_DISTANCE
    assert chisquare([repeats[place] for place in range(min(repeats), LENGTH)]).pvalue > 0.001


@pytest.mark.slow
@settings(deadline=None)  # a time limit would fail on a busy machine
@given(
    seed=st.integers(0, 2**62),
    length=st.integers(1, 120),
    shares=st.tuples(*[st.floats(0, 1)] * 3),
    together=st.floats(0, 0.5),
)
def test_checks_fit_into_a_session_of_any_length(
    seed: int, length: int, shares: tuple[float, float, float], together: float
) -> None:
    total = sum(shares) or 1.0
    rates = {name: together * share / total for name, share in zip(RATES, shares, strict=True)}
    found = scheduled(seed, length, **rates)
    counts = Counter(found.values())
    assert set(found) <= set(range(length))
    assert all(place >= assigning.REPEATS_FROM for place, kind in found.items() if kind == "repeat")
    for name, rate in rates.items():
        if length > 3 or name != "repeat":
            assert abs(counts[name] - rate * length) < 1 + 1e-9


def room_with_checks(study: int = 60, golds: int = 10, pairs: int = 6, **settings: float) -> rooms.Room:
    room = rooms.make(
        overlap=3, session_length=LENGTH, **{f"{k}_rate": v for k, v in RATES.items()} | settings
    )
    room.comparisons(study)
    room.checks(golds=golds, pairs=pairs)
    return room


def judge_all(session: RatingSession) -> list[Assignment]:
    """The session's assignments in the order in which they were dealt, all judged."""
    dealt = []
    while assignment := dealing.deal_next(session=session):
        answer = judgements.Answer(verdict="a", key=f"{assignment.public_id}.1")
        judgements.record(assignment=assignment, rater=session.rater, answer=answer)
        dealt.append(assignment)
    return dealt


@pytest.mark.django_db
def test_a_session_holds_what_its_schedule_says_where_it_says() -> None:
    session = room_with_checks().session()
    dealt = judge_all(session)
    found = {a.place: a.purpose for a in dealt if a.purpose != "study"}
    assert found == scheduled(session.seed, **RATES)
    assert set(found.values()) == set(RATES)
    assert len(dealt) == LENGTH
    assert [a.strategy for a in dealt if a.purpose != "study"] == [found[place] for place in sorted(found)]
    assert all(0 < a.probability <= 1 for a in dealt)


@pytest.mark.slow
@pytest.mark.django_db
def test_checks_take_no_place_of_the_study_and_each_is_met_once() -> None:
    room = room_with_checks()
    session = room.session()
    first = judge_all(session)
    RatingSession.objects.update(ended_at=timezone.now())
    again = judge_all(room.session(session.rater))
    both = [a for a in first + again if a.purpose in ("gold", "identical")]
    assert len({a.comparison_id for a in both}) == len(both) > 4
    taken = {c.pk: c.taken for c in Comparison.objects.all()}
    for assignment in first + again:
        assignment.refresh_from_db()
        of_study = assignment.purpose == "study"
        assert assignment.holds_place is of_study
        assert assignment.purpose == "repeat" or taken[assignment.comparison_id] == int(of_study)


@pytest.mark.django_db
def test_a_repeat_is_an_older_judgement_of_the_study_with_its_sides_swapped() -> None:
    room = room_with_checks(golds=0, pairs=0, gold_rate=0, identical_rate=0, repeat_rate=0.2)
    session = room.session()
    dealt = judge_all(session)
    firsts = {a.comparison_id: a for a in dealt if a.purpose == "study"}
    repeats = [a for a in dealt if a.purpose == "repeat"]
    assert len(repeats) == 6 == len({a.comparison_id for a in repeats})
    for repeat in repeats:
        first = firsts[repeat.comparison_id]
        assert repeat.place - first.place >= assigning.REPEAT_DISTANCE
        assert (repeat.left, repeat.take, first.take) == ("b" if first.left == "a" else "a", 1, 0)
    assert set(Comparison.objects.values_list("taken", flat=True)) == {0, 1}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_place_of_a_kind_of_which_none_is_left_falls_to_the_study() -> None:
    session = room_with_checks(golds=1, pairs=0, gold_rate=0.2, repeat_rate=0).session()
    found = Counter(a.purpose for a in judge_all(session))
    assert found == {"gold": 1, "study": LENGTH - 1}


@pytest.mark.django_db
def test_a_gold_whose_lease_has_passed_may_be_answered_or_dealt_again() -> None:
    session = room_with_checks(golds=1, pairs=0, gold_rate=0.5, identical_rate=0, repeat_rate=0).session()
    while (waiting := dealing.deal_next(session=session)) and waiting.purpose != "gold":
        judgements.record(
            assignment=waiting,
            rater=session.rater,
            answer=judgements.Answer(verdict="a", key=str(waiting.public_id)),
        )
    assert waiting
    dealing.sweep(now=timezone.now() + timedelta(days=1))
    again = dealing.deal_next(session=session, served=True)
    assert again and (again.pk, again.state) == (waiting.pk, State.DEALT)
    dealing.sweep(now=timezone.now() + timedelta(days=1))
    late = judgements.Answer(verdict="b", key="late")
    judgements.record(assignment=again, rater=session.rater, answer=late)
    again.refresh_from_db()
    again.comparison.refresh_from_db()
    assert (again.state, again.holds_place, again.comparison.taken) == (State.JUDGED, False, 0)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_repeat_whose_lease_has_passed_is_dealt_again_and_a_skipped_one_is_not() -> None:
    room = room_with_checks(study=30, golds=0, pairs=0, gold_rate=0, identical_rate=0, repeat_rate=0.3)
    session = room.session(length=20)
    skipped = lapsed = None
    while assignment := dealing.deal_next(session=session):
        if assignment.purpose == "repeat" and skipped is None:
            skipped = assignment
            dealing.give_back(assignment=assignment, state=State.SKIPPED)
        elif assignment.purpose == "repeat" and lapsed is None:
            lapsed = assignment
            dealing.sweep(now=timezone.now() + timedelta(days=1))
        else:
            key = f"{assignment.public_id}.1"
            answer = judgements.Answer(verdict="a", key=key)
            judgements.record(assignment=assignment, rater=session.rater, answer=answer)
    assert skipped and lapsed
    skipped.refresh_from_db()
    assert skipped.state == State.SKIPPED
    repeats = Assignment.objects.filter(purpose="repeat")
    assert repeats.filter(state=State.JUDGED).count() == 6
    assert not repeats.filter(comparison=skipped.comparison).exclude(pk=skipped.pk).exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_a_simulated_rater_meets_checks_too_and_a_machine_judges_the_study_alone() -> None:
    room = room_with_checks()
    simulated = Counter(a.purpose for a in judge_all(room.session(raters.simulate(planted={}))))
    assert set(simulated) == {"study", *RATES}
    machine = Rater.objects.create(kind=Rater.Kind.MACHINE)
    assert {a.purpose for a in judge_all(room.session(machine))} == {"study"}


def shape(page: str) -> str:
    """A page without what differs from pair to pair: ids, tokens, numbers, the pace, and the words of the room above."""
    words = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", words)
    words = re.sub(r"(about \d+ min|less than a minute) left", "PACE", words)
    words = re.sub(
        r"<strong>[ab]\d+</strong>|<strong>(gold|identical) \d+</strong>|\*\*[^*<]+\*\*|(gold |identical )?\d+(?=</p>)",
        "WORDS",
        words,
    )
    return re.sub(r"\d+", "N", words)


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_on_the_page_tells_a_check_from_a_comparison_of_the_study() -> None:
    room = room_with_checks(gold_rate=0.2, identical_rate=0.1, repeat_rate=0.1)
    client = Client()
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    # By chance all identical pairs could stand among the first, which are not looked at; with this seed they do not.
    RatingSession.objects.update(seed=7)
    client.post(reverse("annotations:consent"), {"agree": "on"})
    page = client.get(reverse("annotations:rate"))
    shapes: dict[str, set[str]] = {}
    headers: dict[str, set[frozenset[str]]] = {}
    for done in range(LENGTH - 1):
        waiting = Assignment.objects.get(state=State.DEALT)
        sent = {"verdict": "a", "key": f"{waiting.public_id}.1"}
        page = client.post(
            reverse("annotations:verdict", args=[waiting.public_id]),
            sent,
            headers={"HX-Request": "true", "Room-Holds": ""},
        )
        if done < 5 or done == LENGTH - 2:
            continue  # no pace yet, or nothing after it
        assert page.status_code == 200
        for state in (State.DEALT, State.AHEAD):
            dealt = Assignment.objects.get(state=state)
            assert str(dealt.public_id) in page.content.decode()
            shapes.setdefault(dealt.purpose, set()).add(shape(page.content.decode()))
            headers.setdefault(dealt.purpose, set()).add(frozenset(page.headers))
    assert set(shapes) == {"study", *RATES}
    assert len({one for found in shapes.values() for one in found}) == 1
    assert len({one for found in headers.values() for one in found}) == 1
