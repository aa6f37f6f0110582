"""One comparison is dealt ahead: whatever happens meanwhile, overlap, schedule and the rater's answers stay true."""

import random
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations import assigning
from annotations.models import Assignment, Comparison, RatingSession
from annotations.queries import dealing as read
from annotations.services import ahead, dealing, judgements, openings, standing
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
State = Assignment.State
WHY = "a look at the answers"


@pytest.fixture
def room() -> rooms.Room:
    made = rooms.make(lean="never", overlap=1)
    made.comparisons(6)
    return made


def deal(session: RatingSession) -> tuple[Assignment, Assignment]:
    """The one on the screen, and the one after it."""
    found = ahead.deal(session=session, two=True)
    assert found.shown and found.ahead
    return found.shown, Assignment.objects.get(pk=found.ahead.pk)


def judge(assignment: Assignment, revision: int = 1) -> None:
    answer = judgements.Answer(verdict="a", key=f"{assignment.public_id}.{revision}")
    judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


def places_are_true() -> bool:
    return all(
        comparison.taken == comparison.assignments.filter(holds_place=True).count() <= comparison.wanted
        for comparison in Comparison.objects.all()
    )


def states() -> list[str]:
    return list(Assignment.objects.order_by("place").values_list("state", flat=True))


def begun(room: rooms.Room) -> Client:
    client = Client(headers={"HX-Request": "true", "Room-Holds": ""})
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    return client


def test_what_is_ahead_has_a_place_takes_no_answer_and_is_next(room: rooms.Room) -> None:
    session = room.session()
    first, second = deal(session)
    assert (second.state, second.holds_place, second.served_at) == (State.AHEAD, True, None)
    assert deal(session) == (first, second), "a second tab gets the same two"
    with pytest.raises(judgements.Stale):
        judge(second)
    assert not dealing.give_back(assignment=second, state=State.SKIPPED)
    judge(first)
    shown, third = deal(session)
    assert shown == second and third not in (first, second)
    second.refresh_from_db()
    assert second.state == State.DEALT and second.served_at
    judge(shown)
    assert states() == ["judged", "judged", "ahead"] and places_are_true()


def test_nothing_is_dealt_ahead_of_the_last_one() -> None:
    room = rooms.make(lean="never", session_length=2)
    room.comparisons(4)
    session = room.session()
    judge(deal(session)[0])
    found = ahead.deal(session=session, two=True)
    assert found.shown and found.ahead is None
    judge(found.shown)
    assert ahead.deal(session=session, two=True).shown is None
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize("act", ["skip", "broken"])
def test_what_was_dealt_behind_a_skipped_one_goes_back(room: rooms.Room, act: str) -> None:
    client = begun(room)
    first, second = Assignment.objects.order_by("place")
    refused = client.post(reverse(f"annotations:{act}", args=[second.public_id]))
    second.refresh_from_db()
    assert refused.status_code == 200 and second.state == State.AHEAD
    page = client.post(reverse(f"annotations:{act}", args=[first.public_id]))
    second.refresh_from_db()
    assert page.status_code == 200 and (second.place, second.state) != (1, State.AHEAD)
    assert Assignment.objects.filter(state=State.DEALT).count() == 1 and places_are_true()


def test_the_checks_stand_where_the_schedule_has_them_whatever_is_skipped_and_undone() -> None:
    rates = {"gold_rate": 0.2, "identical_rate": 0.1, "repeat_rate": 0.1}
    room = rooms.make(lean="never", session_length=30, **rates)
    room.comparisons(60)
    room.checks(golds=20, pairs=20)
    session, rng = room.session(), random.Random(3)
    found: dict[int, str] = {}
    skipped = undone = 0
    while shown := ahead.deal(session=session, two=True).shown:
        act = rng.random()
        if act < 0.2:
            assert dealing.give_back(assignment=shown, state=State.SKIPPED)
            skipped += ahead.drop(session=session)
            continue
        judge(shown)
        found[read.judged(session) - 1] = shown.purpose
        if act > 0.8:
            ahead.deal(session=session, two=True)
            judgements.retract(assignment=shown, rater=shown.rater, key=f"{shown.public_id}.2")
            again = ahead.deal(session=session, two=True)
            assert again.shown == shown and again.ahead
            judge(shown, 3)
            undone += 1
    schedule = assigning.schedule(
        session_seed=session.seed, length=30, **{name.removesuffix("_rate"): n for name, n in rates.items()}
    )
    assert skipped and undone and len(found) == 30
    assert {place: purpose for place, purpose in found.items() if purpose != "study"} == schedule


def test_after_an_undo_the_one_that_was_on_the_screen_lies_ahead(room: rooms.Room) -> None:
    session = room.session()
    first, second = deal(session)
    judge(first)
    _, third = deal(session)
    judgements.retract(assignment=first, rater=first.rater, key=f"{first.public_id}.2")
    assert deal(session) == (first, second)
    judge(first, 3)
    assert deal(session) == (second, third)
    assert places_are_true()


def test_a_lease_that_has_passed_frees_both_and_a_late_answer_is_followed_by_a_new_draw(
    room: rooms.Room,
) -> None:
    session = room.session()
    first, _ = deal(session)
    assert dealing.sweep(now=timezone.now() + timedelta(days=1)) == 2
    assert states() == ["expired", "expired"] and places_are_true()
    judge(first)
    shown, _ = deal(session)
    assert shown.place == 2 and places_are_true()
    judge(shown)


def test_what_lies_behind_something_that_lapsed_is_not_brought_on(room: rooms.Room) -> None:
    session = room.session()
    first, second = deal(session)
    dealing.give_back(assignment=first, state=State.EXPIRED)
    shown, _ = deal(session)
    assert shown.place == 2
    assert not Assignment.objects.filter(state=State.AHEAD, place=second.place).exists() and places_are_true()


def test_both_leases_are_extended_while_the_page_is_used(room: rooms.Room) -> None:
    session = room.session()
    deal(session)
    Assignment.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    deal(session)
    assert dealing.sweep(now=timezone.now() + timedelta(minutes=5)) == 0


@pytest.mark.parametrize("change", [standing.pause, standing.exclude])
def test_a_rater_who_is_stopped_holds_nothing_ahead(room: rooms.Room, change) -> None:
    session = room.session()
    first, second = deal(session)
    change(by=room.lead, rater=session.rater, reason=WHY)
    second.refresh_from_db()
    assert (second.state, second.holds_place) == (State.EXPIRED, False) and places_are_true()
    with pytest.raises(judgements.Stale):
        judge(second)  # its place is free, but it was never on the screen
    judge(first)
    assert ahead.deal(session=session, two=True).shown is None
    standing.readmit(by=room.lead, rater=session.rater, reason=WHY)
    deal(session)
    assert places_are_true()


def test_a_closed_study_brings_nothing_on_and_deals_nothing_ahead(room: rooms.Room) -> None:
    session, other = room.session(), room.session()
    first, second = deal(session)
    waiting = room.dealt(other)
    openings.close(by=room.lead, protocol=room.protocol)
    judge(first)
    assert ahead.deal(session=session, two=True).shown is None
    with pytest.raises(judgements.Stale):
        judge(second)
    found = ahead.deal(session=other, two=True)
    assert found.shown == waiting and found.ahead is None
    openings.reopen(by=room.lead, protocol=room.protocol)
    assert deal(session)[0] == second


def test_who_would_have_nothing_gets_what_another_holds_ahead() -> None:
    room = rooms.make(lean="never", overlap=1)
    room.comparisons(3)
    session, other = room.session(), room.session()
    first, second = deal(session)
    room.dealt(other)
    third = room.session()
    assert read.more(third)
    shown = ahead.deal(session=third, two=True)
    assert shown.shown and shown.shown.comparison == second.comparison and shown.ahead is None
    second.refresh_from_db()
    assert second.state == State.EXPIRED and places_are_true()
    judge(first)
    assert ahead.deal(session=session, two=True).shown is None, "what is on a screen is nobody else's"
    assert not read.more(session)


def test_taken_up_again_a_comparison_keeps_its_sides(room: rooms.Room) -> None:
    """An old page of it may still be open, and its answer is read by the sides that are stored."""
    session = room.session()
    for left in ("a", "b"):
        shown = room.dealt(session)
        Assignment.objects.filter(pk=shown.pk).update(left=left)
        Comparison.objects.exclude(pk=shown.comparison_id).update(taken=1, covered=1)
        dealing.give_back(assignment=shown, state=State.EXPIRED)
        again = room.dealt(session)
        assert (again.pk, Assignment.objects.get(pk=again.pk).left) == (shown.pk, left)


def test_the_page_holds_the_next_pair_for_who_can_show_it_and_leaves_out_what_they_have(
    room: rooms.Room,
) -> None:
    client = begun(room)
    first, second = Assignment.objects.order_by("place")

    def page(holds: str | None) -> tuple[str, list[str]]:
        headers = {} if holds is None else {"Room-Holds": holds}
        shown = Client(headers={"HX-Request": "true"} | headers)
        shown.cookies = client.cookies
        text = shown.get(reverse("annotations:rate")).content.decode()
        return text, re.findall(r'data-assignment="([^"]+)"', text)

    both = [str(first.public_id), str(second.public_id)]
    assert page("")[1] == both
    assert page(None)[1] == both[:1] and "<template" not in page(None)[0]
    assert page(both[0])[1] == both[1:]
    text, rendered = page(" ".join(both))
    assert rendered == [] and f'data-held="{both[0]}"' in text and f'data-ahead="{both[1]}"' in text
    assert page(both[1])[1] == both, "an empty template stands for one that is there"
