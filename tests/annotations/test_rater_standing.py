"""Paused, excluded, readmitted: places come back and are taken again, judgements stay where they are."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment, AuditEntry, Comparison, Judgement, Rater, RatingSession
from annotations.queries import judgements as read
from annotations.services import dealing, judgements, standing
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
WHY = "clicks through"


@pytest.fixture
def room() -> rooms.Room:
    """Four comparisons that want two judgements each."""
    made = rooms.make(lean="never")
    made.comparisons(4)
    return made


def judge(assignment: Assignment, verdict: str = "a") -> Judgement:
    answer = judgements.Answer(verdict=verdict, key=f"{assignment.public_id}.1")
    return judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


def judge_all(session: RatingSession) -> int:
    done = 0
    while assignment := dealing.deal_next(session=session):
        judge(assignment)
        done += 1
    return done


def fresh(rater: Rater) -> Rater:
    return Rater.objects.get(pk=rater.pk)


def taken() -> int:
    return sum(Comparison.objects.values_list("taken", flat=True))


def places_are_true() -> bool:
    """Every comparison counts as taken what its assignments hold."""
    return all(
        comparison.taken == comparison.assignments.filter(holds_place=True).count()
        for comparison in Comparison.objects.all()
    )


def test_a_paused_rater_gets_nothing_further_and_the_answer_on_the_screen_counts(room: rooms.Room) -> None:
    session = room.session()
    on_screen = room.dealt(session)
    assert standing.pause(by=room.lead, rater=session.rater, reason=WHY)
    judge(on_screen)
    assert dealing.deal_next(session=session) is None
    assert read.standing(room.protocol).count() == 1
    assert taken() == 1
    assert fresh(session.rater).standing_reason == WHY
    standing.readmit(by=room.lead, rater=session.rater, reason="it was the network")
    assert dealing.deal_next(session=session) is not None


def test_the_judgements_of_an_excluded_rater_stay_and_do_not_count(room: rooms.Room) -> None:
    session, other = room.session(), room.session()
    assert judge_all(session) == judge_all(other) == 4
    freed = standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
    assert freed == 4
    assert taken() == 4
    assert places_are_true()
    assert Judgement.objects.count() == 8
    assert read.standing(room.protocol).count() == 4
    assert read.standing(room.protocol, excluded_too=True).count() == 8
    assert judge_all(room.session()) == 4, "the freed places are dealt again"


def test_who_is_readmitted_takes_the_places_that_are_still_free(room: rooms.Room) -> None:
    session, other = room.session(), room.session()
    judge_all(session)
    judge_all(other)
    standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
    third = room.session()
    judge(room.dealt(third))
    assert standing.readmit(by=room.lead, rater=session.rater, reason="a mistake of mine") == 1
    assert taken() == 8
    assert places_are_true()
    assert read.standing(room.protocol).count() == 9, "the judgement without a place counts as an extra one"


def test_excluded_and_readmitted_leaves_all_as_it_was(room: rooms.Room) -> None:
    session = room.session()
    for _ in range(3):
        judge(room.dealt(session))
    waiting = room.dealt(session)
    rows = list(Assignment.objects.order_by("pk").values())
    counts = list(Comparison.objects.order_by("pk").values_list("taken", flat=True))
    assert standing.exclude(by=room.lead, rater=session.rater, reason=WHY) == 4
    assert taken() == 0
    assert standing.readmit(by=room.lead, rater=session.rater, reason=WHY) == 0
    assert list(Assignment.objects.order_by("pk").values()) == rows
    assert list(Comparison.objects.order_by("pk").values_list("taken", flat=True)) == counts
    judge(waiting)
    assert read.standing(room.protocol).count() == 4


def test_what_an_excluded_rater_still_sends_is_kept_without_a_place(room: rooms.Room) -> None:
    session, late = room.session(), room.session()
    first, second = room.dealt(session), room.dealt(late)
    standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
    judge(first)
    Assignment.objects.filter(pk=second.pk).update(lease_until=timezone.now())
    dealing.sweep()
    standing.exclude(by=room.lead, rater=late.rater, reason=WHY)
    judge(second)
    assert Judgement.objects.count() == 2
    assert read.standing(room.protocol).count() == 0
    assert taken() == 0
    assert places_are_true()


def test_a_comparison_on_the_screen_whose_place_is_gone_ends_like_a_lapsed_lease() -> None:
    room = rooms.make(overlap=1)
    room.comparisons(1)
    session = room.session()
    waiting = room.dealt(session)
    standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
    judge(room.dealt(room.session()))
    assert standing.readmit(by=room.lead, rater=session.rater, reason=WHY) == 0
    waiting.refresh_from_db()
    assert waiting.state == Assignment.State.EXPIRED
    with pytest.raises(judgements.Stale):
        judge(waiting)


def test_every_change_has_its_reason_in_the_audit_trail_and_happens_once(room: rooms.Room) -> None:
    rater = room.rater()
    assert standing.pause(by=room.lead, rater=rater, reason=f" {WHY} ")
    assert not standing.pause(by=room.lead, rater=rater, reason="again")
    assert standing.exclude(by=room.lead, rater=rater, reason="worse") == 0
    assert standing.exclude(by=room.lead, rater=rater, reason="again") is None
    assert not standing.pause(by=room.lead, rater=rater, reason="excluded already")
    assert standing.readmit(by=room.lead, rater=rater, reason="sorry") == 0
    assert standing.readmit(by=room.lead, rater=rater, reason="again") is None
    trail = AuditEntry.objects.filter(subject=f"rater {rater.pk}").order_by("pk")
    assert [(e.verb, e.detail["before"], e.detail["reason"], e.actor) for e in trail] == [
        ("paused", "active", WHY, room.lead),
        ("excluded", "paused", "worse", room.lead),
        ("readmitted", "excluded", "sorry", room.lead),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_without_a_reason_nothing_changes(room: rooms.Room, reason: str) -> None:
    rater = room.rater()
    with pytest.raises(standing.NoReason):
        standing.exclude(by=room.lead, rater=rater, reason=reason)
    assert fresh(rater).standing == Rater.Standing.ACTIVE
    assert not AuditEntry.objects.filter(verb="excluded").exists()


def test_the_rating_room_says_calmly_that_it_is_paused(client: Client, room: rooms.Room) -> None:
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    on_screen = Assignment.objects.get()
    standing.pause(by=room.lead, rater=on_screen.rater, reason=WHY)
    address = reverse("annotations:verdict", args=[on_screen.public_id])
    answer = {"verdict": "a", "key": f"{on_screen.public_id}.1"}
    assert client.post(address, answer, headers={"HX-Request": "true"})["HX-Redirect"] == "/rate/"
    page = client.get(reverse("annotations:rate"))
    assert page.status_code == 200
    assert b"has paused your session" in page.content
    assert b"Your 1 answer is saved" in page.content
    assert WHY.encode() not in page.content
    assert Assignment.objects.count() == 1
    standing.readmit(by=room.lead, rater=on_screen.rater, reason=WHY)
    assert b"Answer <strong>" in client.get(reverse("annotations:rate")).content


def test_the_lean_after_a_tie_is_still_asked_and_the_end_is_still_shown(client: Client) -> None:
    room = rooms.make(lean="tie", session_length=1)
    room.comparisons(2)
    client.post(reverse("annotations:begin", args=[room.invitation.token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    client.get(reverse("annotations:rate"))
    assignment = Assignment.objects.get()
    judge(assignment, "tie")
    standing.pause(by=room.lead, rater=assignment.rater, reason=WHY)
    assert b"If you had to send one" in client.get(reverse("annotations:rate")).content
    judgements.add_lean(assignment=assignment, rater=assignment.rater, lean="a", key="lean")
    page = client.get(reverse("annotations:rate"))
    assert b"has paused your session" not in page.content


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_places_stay_true_while_raters_rate_and_are_excluded_and_readmitted() -> None:
    room = rooms.make(overlap=3, session_length=500, lean="never")
    room.comparisons(20)
    working = [room.session() for _ in range(6)]

    def rate(session: RatingSession) -> None:
        try:
            judge_all(session)
        finally:
            connections.close_all()

    def move(session: RatingSession) -> None:
        try:
            standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
            standing.readmit(by=room.lead, rater=session.rater, reason=WHY)
            standing.exclude(by=room.lead, rater=session.rater, reason=WHY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        running = [pool.submit(rate, session) for session in working]
        running += [pool.submit(move, session) for session in working[:3]]
        for one in running:
            one.result()
    assert places_are_true()
    excluded = Assignment.objects.filter(rater__standing=Rater.Standing.EXCLUDED)
    assert not excluded.filter(holds_place=True).exists()
    # Who found nothing left may find places now that others were excluded.
    for session in (*working[3:], room.session()):
        judge_all(session)
    assert taken() == 60
    assert read.standing(room.protocol).count() == 60
