"""Variants of a pair: one a rater, balanced within the pair and within the rater, with nothing else beside them."""

import random
import uuid
from collections import Counter, defaultdict

import pytest
from django.db.models import Sum

from annotations import assigning
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.services import dealing, raters
from tests.annotations import room as rooms
from tests.annotations.test_dealing_uniform import CLASSES, ENDPOINTS, LEAST_P, p_value

pytestmark = pytest.mark.django_db
State = Assignment.State


def cued(room: rooms.Room, groups: int, wanted: tuple[int, ...], **values: object) -> None:
    """Groups of one pair each: as it is, with something planted on A, and on B."""
    Comparison.objects.bulk_create(
        Comparison(
            protocol=room.protocol,
            group=f"group-{group}",
            topic=f"topic-{group}",
            caption=CLASSES[group % len(CLASSES)],
            cell=cell,
            side_a=[],
            side_b=[],
            wanted=places,
            places=0 if cell else sum(wanted),
            draw=assigning.standing(seed=room.protocol.seed, group=f"group-{group}"),
            **values,
        )
        for group in range(groups)
        for cell, places in enumerate(wanted)
    )


def seeded(session: RatingSession, number: int) -> RatingSession:
    """Else both follow from a random id."""
    public_id = uuid.UUID(int=assigning.derived_seed("rater", number))
    Rater.objects.filter(pk=session.rater_id).update(public_id=public_id)
    RatingSession.objects.filter(pk=session.pk).update(seed=assigning.derived_seed("session", number))
    return session


def judged(session: RatingSession) -> Assignment:
    assignment = dealing.deal_next(session=session)
    assert assignment is not None
    Assignment.objects.filter(pk=assignment.pk).update(state=State.JUDGED)
    return assignment


def dealt(room: rooms.Room, *, people: int, dealings: int, seed: int = 1) -> list[dict[str, object]]:
    rng = random.Random(seed)
    endpoints: dict[str, str] = defaultdict(lambda: rng.choice(ENDPOINTS))
    sessions = [seeded(room.session(), number) for number in range(people)]
    order = [session for session in sessions for _ in range(-(-dealings // people))]
    rng.shuffle(order)
    rows = []
    for session in order[:dealings]:
        one = judged(session)
        rows.append(
            {
                "rater": one.rater_id,
                "group": one.comparison.group,
                "class": one.comparison.caption,
                "endpoint": endpoints[one.comparison.group],
                "place": one.place,
                "left": one.left,
                "cell": one.comparison.cell,
            }
        )
    return rows


def farthest(rows: list[dict[str, object]], unit: str, wanted: tuple[int, ...]) -> list[float]:
    """For each row, how far its rater, or its pair, is then from the shares wanted, in dealings."""
    found, counts = [], defaultdict[object, Counter[object]](Counter)
    for row in rows:
        had = counts[row[unit]]
        had[row["cell"]] += 1
        shares = [had.total() * places / sum(wanted) for places in wanted]
        found.append(max(abs(had[cell] - share) for cell, share in enumerate(shares)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [(1, 3, 3), (3, 2, 2)])
def test_raters_and_pairs_are_balanced_while_pairs_fill(wanted: tuple[int, ...]) -> None:
    room = rooms.make(session_length=60)
    cued(room, 60, wanted)
    rows = dealt(room, people=10, dealings=240)
    assert max(farthest(rows, "rater", wanted)) <= sum(wanted) / 2
    assert max(farthest(rows, "group", wanted)) <= sum(wanted) / 3
    assert len({(row["rater"], row["group"]) for row in rows}) == len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [(1, 3, 3), (3, 2, 2)])
def test_two_thousand_dealings_to_thirty_raters(wanted: tuple[int, ...]) -> None:
    room = rooms.make(session_length=80)
    cued(room, 286, wanted)
    rows = dealt(room, people=30, dealings=2_000)
    pairs = [(what, other) for what in ("left", "cell") for other in ("rater", "class", "endpoint", "place")]
    found = {pair: p_value(rows, *pair) for pair in [*pairs, ("left", "cell")]}
    assert min(found.values()) > LEAST_P, found
    of_raters, of_pairs = farthest(rows, "rater", wanted), farthest(rows, "group", wanted)
    assert max(of_raters) <= sum(wanted)
    assert sum(of_raters) / len(of_raters) < 1
    assert max(of_pairs) <= sum(wanted) / 3
    counts = dict(Comparison.objects.values_list("cell").annotate(n=Sum("taken")))
    assert [counts[cell] / 2_000 for cell in range(3)] == pytest.approx(
        [places / sum(wanted) for places in wanted], abs=0.002
    )


@pytest.mark.slow
def test_who_takes_no_places_is_balanced_too() -> None:
    room = rooms.make(session_length=60)
    cued(room, 50, (1, 3, 3))
    for _ in range(2):
        session = room.session(raters.simulate(planted={}))
        had: Counter[int] = Counter()
        for n in range(1, 50):
            had[judged(session).comparison.cell] += 1
            blocks, rest = divmod(n, 7)
            assert blocks <= had[0] <= blocks + (rest > 0)
            assert abs(had[1] - had[2]) <= 3


@pytest.mark.slow
def test_the_same_requests_are_dealt_the_same() -> None:
    found = []
    for _ in range(2):
        room = rooms.make(session_length=40, seed=3)
        cued(room, 30, (1, 3, 3))
        rows = dealt(room, people=4, dealings=60)
        found.append([(row["group"], row["cell"], row["left"]) for row in rows])
        for rater in Rater.objects.all():
            Rater.objects.filter(pk=rater.pk).update(public_id=uuid.uuid4())
    assert found[0] == found[1]


def test_what_lapsed_before_a_rater_comes_as_the_same_variant() -> None:
    for seed in range(6):
        room = rooms.make(seed=seed)
        cued(room, 1, (1, 3, 3))
        session = room.session()
        first = room.dealt(session)
        for _ in range(2):
            judged(room.session())
        dealing.give_back(assignment=first, state=State.EXPIRED)
        again = room.dealt(session)
        assert again.comparison_id == first.comparison_id and again.pk == first.pk
