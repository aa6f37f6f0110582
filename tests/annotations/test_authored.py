"""What of a rater's own prompt was answered before it is dealt: to its author with something planted, to others as all."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext

from annotations.asked import Asked
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.queries import dealing as read
from annotations.queries import own_prompts
from annotations.services import adjudications, ahead, dealing, judgements, protocols, sessions, successions
from annotations.services.judgements import Answer
from tests.annotations import room as rooms
from tests.annotations.test_cued_dealing import cued, judged

pytestmark = pytest.mark.django_db
State = Assignment.State
OWN = Assignment.OWN_LATER


def authored(room: rooms.Room, author: Rater, count: int, wanted: tuple[int, ...] = (1, 3, 3)) -> None:
    for number in range(count):
        for cell, places in enumerate(wanted):
            made = room.comparison(
                group=f"own-{author.pk}-{number}",
                topic=f"own-topic-{author.pk}-{number}",
                cell=cell,
                wanted=places,
            )
            Comparison.objects.filter(pk=made.pk).update(author=author)


def own(session: RatingSession) -> list[Assignment]:
    found = Assignment.objects.filter(rater=session.rater, comparison__author=session.rater)
    return list(found.select_related("comparison").order_by("place"))


def exact() -> None:
    """What is wanted and taken of each group stands on its head."""
    for one in Comparison.objects.filter(places__gt=0):
        sums = Comparison.objects.filter(group=one.group, protocol=one.protocol_id).aggregate(
            wanted=Sum("wanted"), taken=Sum("taken")
        )
        assert (sums["wanted"], sums["taken"]) == (one.places, one.covered)
    held = Counter(Assignment.objects.filter(holds_place=True).values_list("comparison", flat=True))
    assert all(one.taken == held[one.pk] <= one.wanted for one in Comparison.objects.all())


def test_an_author_meets_one_planted_variant_of_each_of_theirs_at_every_other_place_at_most() -> None:
    room = rooms.make(session_length=60)
    cued(room, 20, (1, 3, 3))
    session = room.session()
    authored(room, session.rater, 8)
    for _ in range(28):
        judged(session)
    theirs = own(session)
    assert len(theirs) == len({one.comparison.group for one in theirs}) == 8
    assert {one.strategy for one in theirs} == {OWN} and {one.purpose for one in theirs} == {"study"}
    cells = Counter(one.comparison.cell for one in theirs)
    assert set(cells) == {1, 2} and abs(cells[1] - cells[2]) <= 3
    places = [one.place for one in theirs]
    assert min(b - a for a, b in pairwise(places)) >= 2
    assert len({place % 2 for place in places}) == 1
    exact()
    assert dealing.deal_next(session=session) is None and not read.more(session)


def test_others_are_dealt_them_as_all_and_the_one_without_as_often_as_it_is_wanted() -> None:
    room = rooms.make(session_length=60)
    author = room.session()
    authored(room, author.rater, 6)
    for _ in range(7):
        session = room.session()
        for _ in range(6):
            assert judged(session).strategy != OWN
    assert [one.taken for one in Comparison.objects.order_by("group", "cell")] == [1, 3, 3] * 6
    # All are taken: for their author one place more is added to a planted variant of each.
    for _ in range(6):
        one = judged(author)
        assert one.comparison.cell and one.strategy == OWN
    assert dealing.deal_next(session=author) is None
    assert Comparison.objects.aggregate(n=Sum("wanted"))["n"] == 48
    assert not Comparison.objects.filter(cell=0).exclude(wanted=1).exists()
    exact()


def test_drawn_as_anybodys_by_chance_it_is_still_none_without() -> None:
    """Where the look-up beside the session did not tell, as for one that came this moment."""
    room = rooms.make(session_length=60)
    session = room.session()
    authored(room, session.rater, 12, wanted=(3, 1, 1))
    place = dealing.Place(dealing.locked(session).session, 0, 0, named=False, authored=False)
    for _ in range(12):
        drawn = dealing._least_covered(place)
        assert drawn and drawn.comparison.cell
        made = dealing._assign(place, drawn, State.JUDGED, None)
        Assignment.objects.filter(pk=made.pk).update(state=State.JUDGED)
        place = dealing.Place(place.session, place.number + 1, place.done + 1, False, False)
    exact()


def test_a_pair_without_variants_goes_to_its_author_as_it_is() -> None:
    room = rooms.make(overlap=1, session_length=60)
    session = room.session()
    authored(room, session.rater, 2, wanted=(1,))
    for _ in range(2):
        judged(room.session())
    assert [judged(session).strategy for _ in range(2)] == [OWN, OWN]
    assert set(Comparison.objects.values_list("wanted", "taken", "places", "covered")) == {(2, 2, 2, 2)}


def test_ahead_skipped_lapsed_and_taken_back_places_stay_exact() -> None:
    room = rooms.make(session_length=60)
    cued(room, 30, (1, 3, 3))
    session = room.session()
    authored(room, session.rater, 4)
    for turn in range(12):
        found = ahead.deal(session=session, two=True)
        assert found.shown
        if turn % 4 == 1:
            dealing.give_back(assignment=found.shown, state=State.SKIPPED)
        elif turn % 4 == 2:
            dealing.give_back(assignment=found.shown, state=State.EXPIRED)
            ahead.drop(session=session)
        else:
            judgements.record(
                assignment=found.shown, rater=session.rater, answer=Answer(key=f"k{turn}", verdict="a")
            )
        if turn % 4 == 3:
            one = Assignment.objects.get(pk=found.shown.pk)
            judgements.retract(assignment=one, rater=session.rater, key=f"u{turn}")
        exact()
    assert all(one.comparison.cell for one in own(session))
    groups = [one.comparison.group for one in own(session)]
    assert len(groups) == len(set(groups))


def test_what_was_written_under_a_revealed_prompt_or_is_met_waits_no_more() -> None:
    room = rooms.make()
    session = room.session()
    assert not dealing.locked(session).authored
    authored(room, session.rater, 1)
    assert dealing.locked(session).authored
    assert not dealing.locked(room.session()).authored
    assert len(own_prompts.waiting(session, other_topics=True)) == 1
    judged(session)
    assert not dealing.locked(session).authored


def test_it_is_not_sent_to_them_by_name_without_anything_planted() -> None:
    room = rooms.make()
    session = room.session()
    authored(room, session.rater, 2)
    plain, planted = (
        Comparison.objects.get(cell=0, group__endswith="-0"),
        Comparison.objects.filter(cell=1)[1],
    )
    sent = adjudications.assign(by=room.lead, comparisons=[plain, planted], rater=session.rater)
    assert (sent.given, sent.met) == (1, 1)
    other = room.session()
    assert adjudications.assign(by=room.lead, comparisons=[plain], rater=other.rater).given == 1


@pytest.mark.parametrize("begun", [True, False])
def test_a_version_that_takes_over_keeps_who_wrote_it(begun: bool) -> None:
    room = rooms.make()
    session = room.session()
    authored(room, session.rater, 2)
    if begun:
        judged(session)
    asked = replace(Asked.of(room.protocol), title="Another question")
    new = protocols.store(by=room.lead, asked=asked, seed=room.protocol.seed)
    assert successions.succeed(by=room.lead, old=room.protocol, new=new) is begun
    assert set(new.comparisons.values_list("author", flat=True)) == {session.rater_id}
    assert len(new.comparisons.all()) == 6
    later = sessions.open_session(rater=session.rater, protocol=new)
    one = judged(later)
    assert one.strategy == OWN and one.comparison.cell
    exact()


def test_it_costs_nothing_where_nobody_wrote_any() -> None:
    counts = []
    for count in (0, 1):
        room = rooms.make(overlap=3, session_length=60)
        room.comparisons(10)
        session = room.session()
        # Another rater's are none of theirs.
        authored(room, room.rater(), count, wanted=(3,))
        with CaptureQueriesContext(connection) as asked:
            dealing.deal_next(session=session)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def rate(session: RatingSession) -> int:
    done = 0
    try:
        while assignment := dealing.deal_next(session=session):
            answer = Answer(verdict="a", key=f"{assignment.public_id}.1")
            judgements.record(assignment=assignment, rater=session.rater, answer=answer)
            done += 1
    finally:
        connections.close_all()
    return done


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_authors_at_once_with_others_leave_every_group_exact() -> None:
    room = rooms.make(session_length=500)
    people = [room.session() for _ in range(10)]
    for session in people[:4]:
        authored(room, session.rater, 3)
    with ThreadPoolExecutor(len(people)) as pool:
        done = sum(pool.map(rate, people))
    exact()
    assert done == Assignment.objects.filter(state="judged").count()
    for session in people[:4]:
        assert len(own(session)) == 3 and all(one.comparison.cell for one in own(session))
    # Nobody but an author makes a place more, and each has met a group once.
    assert Comparison.objects.aggregate(n=Sum("taken"))["n"] == done
    assert not Comparison.objects.filter(taken__gt=F("wanted")).exists()
    met = Assignment.objects.values_list("rater", "comparison__group")
    assert len(met) == len(set(met))
