"""Comparisons given to one rater by name: dealt as any other, beside the study's own count, to nobody who has met the pair."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Adjudication, Assignment, AuditEntry, Comparison, Rater, RatingSession
from annotations.queries import adjudications as read
from annotations.services import adjudications, dealing, judgements, raters, sessions, standing
from annotations.services.adjudications import NotToBeAsked, Sent
from tests.annotations import room as rooms

pytestmark = pytest.mark.django_db
State, Purpose = Assignment.State, Assignment.Purpose


def judge(assignment: Assignment, verdict: str = "a") -> None:
    answer = judgements.Answer(verdict=verdict, key=f"{assignment.public_id}.1")
    judgements.record(assignment=assignment, rater=assignment.rater, answer=answer)


def covered(count: int = 3, **settings: float) -> rooms.Room:
    """A room in which two raters have judged everything: no place of the study is left."""
    room = rooms.make(overlap=2, **settings)
    room.comparisons(count)
    for _ in range(2):
        session = room.session()
        while assignment := dealing.deal_next(session=session):
            judge(assignment)
    return room


def all_of(room: rooms.Room) -> list[Comparison]:
    return list(Comparison.objects.filter(protocol=room.protocol).order_by("pk"))


def dealt_in(session: RatingSession) -> list[Assignment]:
    found = []
    while assignment := dealing.deal_next(session=session):
        judge(assignment, "b")
        found.append(assignment)
    return found


@pytest.mark.slow
def test_a_third_rater_gets_them_where_no_place_is_left_and_takes_none() -> None:
    room = covered()
    third = room.session()
    assert dealing.deal_next(session=third) is None
    chosen = all_of(room)[1:]
    before = list(Comparison.objects.values_list("taken", "wanted"))
    assert adjudications.assign(by=room.lead, comparisons=chosen, rater=third.rater) == Sent(given=2)
    dealt = dealt_in(third)
    assert [a.comparison for a in dealt] == chosen
    for place, assignment in enumerate(dealt):
        assignment.refresh_from_db()
        kept = (assignment.purpose, assignment.strategy, assignment.probability, assignment.holds_place)
        assert kept == ("adjudication", "adjudication", 1.0, False)
        assert (assignment.place, assignment.state) == (place, State.JUDGED)
        assert assignment.adjudication.rater == third.rater
    assert list(Comparison.objects.values_list("taken", "wanted")) == before


@pytest.mark.slow
def test_they_come_before_the_least_covered_and_after_what_the_schedule_says() -> None:
    room = rooms.make(overlap=3, repeat_rate=0.5, session_length=30)
    comparisons = room.comparisons(40)
    session = room.session()
    for _ in range(12):
        judge(room.dealt(session))
    met = set(read.met_groups(session.rater))
    wanted = [c for c in comparisons if c.group not in met][:3]
    adjudications.assign(by=room.lead, comparisons=wanted, rater=session.rater)
    purposes = [a.purpose for a in dealt_in(session)]
    unscheduled = [purpose for purpose in purposes if purpose != Purpose.REPEAT]
    assert unscheduled[:3] == [Purpose.ADJUDICATION] * 3
    assert set(unscheduled[3:]) == {Purpose.STUDY}
    assert Purpose.REPEAT in purposes


@pytest.mark.slow
def test_nobody_is_sent_a_pair_that_they_have_met() -> None:
    room = rooms.make(overlap=1)
    one, other = room.comparison(1, group="pair"), room.comparison(2, group="pair")
    session = room.session()
    first = room.dealt(session)
    asked = adjudications.assign(by=room.lead, comparisons=[one, other], rater=session.rater)
    assert asked == Sent(met=2)
    assert not Adjudication.objects.exists()
    assert dealing.give_back(assignment=first, state=State.EXPIRED)
    # Of two variants one goes through: the other would be a second look at the same pair.
    assert adjudications.assign(by=room.lead, comparisons=[one, other], rater=session.rater) == Sent(1, 1)
    assert adjudications.assign(by=room.lead, comparisons=[one, other], rater=session.rater) == Sent(0, 1, 1)
    assert room.dealt(session).comparison == one


def test_a_pair_met_since_it_was_sent_is_not_dealt() -> None:
    room = covered(1)
    session, (comparison,) = room.session(), all_of(room)
    adjudications.assign(by=room.lead, comparisons=[comparison], rater=session.rater)
    elsewhere = room.comparison(9, group=comparison.group)
    Assignment.objects.create(
        comparison=elsewhere,
        rater=session.rater,
        session=session,
        left="a",
        place=7,
        probability=1,
        state=State.SKIPPED,
        lease_until=timezone.now(),
    )
    assert dealing.deal_next(session=session) is None
    assert not read.any_for(session)


def test_who_has_seen_the_names_of_a_prompt_is_asked_about_it_no_more() -> None:
    room = rooms.make(overlap=1)
    one, other = room.comparison(1, topic="same"), room.comparison(2, topic="same")
    session = room.session()
    first = room.dealt(session)
    judge(first)
    rest = other if first.comparison == one else one
    assert adjudications.assign(by=room.lead, comparisons=[rest], rater=session.rater) == Sent(given=1)
    RatingSession.objects.filter(pk=session.pk).update(revealed_at=timezone.now())
    assert not read.any_for(session) and read.next_for(session) is None
    third = room.comparison(3, topic="same")
    assert adjudications.assign(by=room.lead, comparisons=[third], rater=session.rater) == Sent(met=1)


def test_sending_twice_is_sending_once_and_is_written_down() -> None:
    room = covered()
    rater, chosen = room.session().rater, all_of(room)
    adjudications.assign(by=room.lead, comparisons=chosen[:2], rater=rater)
    assert adjudications.assign(by=room.lead, comparisons=chosen, rater=rater) == Sent(1, 0, 2)
    assert adjudications.assign(by=room.lead, comparisons=chosen, rater=rater) == Sent(0, 0, 3)
    entries = AuditEntry.objects.filter(verb="sent to a rater", subject=f"rater {rater.pk}")
    assert [entry.detail["comparisons"] for entry in entries.order_by("pk")] == [
        [c.pk for c in chosen[:2]],
        [chosen[2].pk],
    ]


def test_what_waits_is_taken_back_and_what_is_dealt_stays() -> None:
    room = covered()
    session, chosen = room.session(), all_of(room)
    adjudications.assign(by=room.lead, comparisons=chosen, rater=session.rater)
    on_screen = room.dealt(session)
    assert adjudications.withdraw(by=room.lead, rater=session.rater, comparisons=chosen) == 2
    assert adjudications.withdraw(by=room.lead, rater=session.rater, comparisons=chosen) == 0
    judge(on_screen)
    assert dealing.deal_next(session=session) is None
    # Sent again, it waits again.
    assert adjudications.assign(by=room.lead, comparisons=chosen, rater=session.rater) == Sent(2, 0, 1)
    assert len(dealt_in(session)) == 2
    assert AuditEntry.objects.filter(verb="took back from a rater").count() == 1


def test_after_a_lapsed_lease_it_is_dealt_again_and_after_a_skip_it_is_not() -> None:
    room = covered(1)
    session = room.session()
    adjudications.assign(by=room.lead, comparisons=all_of(room), rater=session.rater)
    first = room.dealt(session)
    assert dealing.sweep(now=timezone.now() + timedelta(days=1)) == 1
    again = room.dealt(session)
    assert (again.pk, again.purpose) == (first.pk, Purpose.ADJUDICATION)
    dealing.give_back(assignment=again, state=State.SKIPPED)
    assert dealing.deal_next(session=session) is None


@pytest.mark.parametrize("verb", ["pause", "exclude"])
def test_who_is_paused_or_excluded_gets_none_until_readmitted(verb: str) -> None:
    room = covered()
    session, chosen = room.session(), all_of(room)
    adjudications.assign(by=room.lead, comparisons=chosen[:1], rater=session.rater)
    getattr(standing, verb)(by=room.lead, rater=session.rater, reason="a talk")
    assert dealing.deal_next(session=session) is None
    with pytest.raises(NotToBeAsked, match="gets no comparison"):
        adjudications.assign(by=room.lead, comparisons=chosen, rater=session.rater)
    standing.readmit(by=room.lead, rater=session.rater, reason="talked")
    assert dealing.deal_next(session=session) is not None


def test_only_people_of_the_study_can_be_asked() -> None:
    room, other = covered(1), rooms.make(seed=9)
    chosen = all_of(room)
    with pytest.raises(NotToBeAsked, match="in this study"):
        adjudications.assign(by=room.lead, comparisons=chosen, rater=other.rater())
    with pytest.raises(NotToBeAsked, match="Only a person"):
        adjudications.assign(by=room.lead, comparisons=chosen, rater=raters.simulate(planted={}))
    assert [one.judged for one in read.candidates(room.protocol, 10)] == [1, 1]


def begin(room: rooms.Room, token: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(reverse("annotations:begin", args=[token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    return client


def test_a_new_person_finds_them_behind_a_link_of_their_own() -> None:
    room = covered()
    chosen = all_of(room)[:2]
    invitation, sent = adjudications.invite(by=room.lead, protocol=room.protocol, comparisons=chosen)
    assert sent == Sent(given=2)
    expected = Rater.objects.get(invitation=invitation)
    client = begin(room, invitation.token)
    for comparison in chosen:
        client.get(reverse("annotations:rate"))
        waiting = Assignment.objects.get(state=State.DEALT)
        assert (waiting.rater, waiting.comparison) == (expected, comparison)
        client.post(
            reverse("annotations:verdict", args=[waiting.public_id]),
            {"verdict": "a", "key": f"{waiting.public_id}.1"},
        )
    assert "annotations/none_left.html" in [t.name for t in client.get(reverse("annotations:rate")).templates]
    # The one place is taken: nobody else becomes that rater, and the resume code is theirs.
    begin(room, invitation.token)
    assert Rater.objects.filter(invitation=invitation).count() == 1
    code = raters.resume_code(expected)
    elsewhere = Client().post(reverse("annotations:resume", args=[invitation.token]), {"code": code})
    assert elsewhere.status_code == 302
    with pytest.raises(raters.NoPlaceLeft):
        raters.expect(invitation=invitation)


def test_who_is_done_is_offered_a_further_session() -> None:
    room = covered(2)
    session = room.session(length=1)
    late = room.comparison(5)
    judge(room.dealt(session))
    client = Client()
    code = raters.resume_code(session.rater)
    client.post(reverse("annotations:resume", args=[room.invitation.token]), {"code": code})
    Comparison.objects.filter(pk=late.pk).update(taken=2)
    another = reverse("annotations:another")
    assert another not in client.get(reverse("annotations:rate")).content.decode()
    chosen = [c for c in all_of(room)[:2] if c.pk != late.pk]
    adjudications.assign(by=room.lead, comparisons=chosen, rater=session.rater)
    assert another in client.get(reverse("annotations:rate")).content.decode()
    client.post(another)
    client.get(reverse("annotations:rate"))
    assert Assignment.objects.get(state=State.DEALT).purpose == Purpose.ADJUDICATION


def bare(page: str) -> str:
    """The page without what differs between any two: ids, numbers and tokens."""
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", page)
    page = re.sub(r'"[A-Za-z0-9]{64}"', "token", page)
    return re.sub(r"\d+", "0", page).replace("b0", "a0")


def test_its_page_is_that_of_any_other_comparison() -> None:
    room = rooms.make(overlap=2, session_length=10)
    room.comparisons(6)
    client = begin(room, room.invitation.token)
    rater = Rater.objects.get()
    pages: dict[str, tuple[str, dict[str, int]]] = {}
    for _ in range(2):
        answer = client.get(reverse("annotations:rate"))
        waiting = Assignment.objects.get(state=State.DEALT)
        headers = {name: len(value) for name, value in answer.items()}
        pages[waiting.purpose] = (bare(answer.content.decode()), headers)
        assert "djudicat" not in answer.content.decode()
        dealing.give_back(assignment=waiting, state=State.SKIPPED)
        unmet = [c for c in all_of(room) if c.group not in set(read.met_groups(rater))]
        adjudications.assign(by=room.lead, comparisons=unmet[:1], rater=rater)
    assert set(pages) == {"study", "adjudication"}
    assert pages["study"] == pages["adjudication"]


def test_sessions_are_opened_by_nobody_but_the_rater() -> None:
    room = covered(1)
    invitation, _ = adjudications.invite(by=room.lead, protocol=room.protocol, comparisons=all_of(room))
    rater = Rater.objects.get(invitation=invitation)
    assert not rater.sessions.exists()
    assert read.candidates(room.protocol, 10) == read.candidates(room.protocol, 2)
    session = sessions.open_session(rater=rater, protocol=room.protocol)
    assert dealing.deal_next(session=session) is not None
