"""The chance that is stored with a draw is the one with which it was drawn, whatever the order and the priorities."""

import random
from collections import Counter

import pytest
from django.db.models import Sum

from annotations import assigning
from annotations.assigning import AFTER, WINDOW, Standing
from annotations.models import Assignment, Comparison
from annotations.queries import free_groups
from annotations.services import dealing, overlap, raters
from tests.annotations import room as rooms

DRAWS = 40_000


def ring(groups: int, *, equal: bool = False) -> list[Standing]:
    rng = random.Random(groups)
    places = sorted(rng.random() for _ in range(groups))
    return [Standing(at, 1.0 if equal else 1 + rng.choice([0, 3, 15])) for at in places]


def around(order: list[Standing], point: float) -> tuple[list[Standing], list[Standing]]:
    """As the database reads it."""
    onward, back = [s for s in order if s.at >= point], [s for s in order if s.at < point]
    return (onward + back)[:AFTER], (back[::-1] + onward[::-1])[:WINDOW]


def drawn(order: list[Standing]) -> tuple[Counter[Standing], dict[Standing, float]]:
    rng = random.Random(5)
    found: Counter[Standing] = Counter()
    told = {}
    for _ in range(DRAWS):
        after, before = around(order, rng.random())
        picked = assigning.pick_near(after, before, rng)
        one = after[picked.index]
        assert told.setdefault(one, picked.probability) == pytest.approx(picked.probability)
        found[one] += 1
    return found, told


@pytest.mark.slow
@pytest.mark.parametrize("groups", [1, 2, WINDOW, WINDOW + 1, AFTER - 1, AFTER, AFTER + 1, 100])
def test_stored_chances_add_up_and_are_how_often_each_is_drawn(groups: int) -> None:
    order = ring(groups)
    found, told = drawn(order)
    assert len(found) == groups
    assert sum(told.values()) == pytest.approx(1)
    for one, chance in told.items():
        assert found[one] / DRAWS == pytest.approx(chance, abs=5 * (chance / DRAWS) ** 0.5)


@pytest.mark.slow
def test_chances_are_equal_among_few_and_nearly_so_among_many() -> None:
    assert set(drawn(ring(WINDOW, equal=True))[1].values()) == {1 / WINDOW}
    _, told = drawn(ring(100, equal=True))
    assert 0.3 < 100 * min(told.values()) < 1 < 100 * max(told.values()) < 2


@pytest.mark.slow
def test_priority_raises_a_chance_and_leaves_none_without() -> None:
    order = ring(100)
    _, told = drawn(order)
    mean = {
        w: sum(told[s] for s in order if s.weight == w) / sum(s.weight == w for s in order)
        for w in (1, 4, 16)
    }
    assert mean[1] > 0 and 3 < mean[4] / mean[1] < 5 and 8 < mean[16] / mean[1] < 20


@pytest.mark.slow
@pytest.mark.django_db
def test_the_chance_that_a_dealing_stores_is_the_one_of_its_draw() -> None:
    room = rooms.make()
    room.comparisons(40)
    for row in Comparison.objects.all():
        Comparison.objects.filter(pk=row.pk).update(priority=row.pk % 4 * 5)
    session = room.session()
    rng = random.Random(3)
    told: dict[int, float] = {}
    found: Counter[int] = Counter()
    draws = 4_000
    for _ in range(draws):
        group = free_groups.draw(session, rng)
        assert group and told.setdefault(group.head, group.probability) == pytest.approx(group.probability)
        found[group.head] += 1
    assert sum(told.values()) == pytest.approx(1)
    for head, chance in told.items():
        assert found[head] / draws == pytest.approx(chance, abs=5 * (chance / draws) ** 0.5)
    assignment = room.dealt(session)
    assert assignment.probability == pytest.approx(told[assignment.comparison_id])


@pytest.mark.django_db
def test_a_group_is_counted_once_whatever_becomes_of_its_places() -> None:
    room = rooms.make()
    for cell, wanted in enumerate((1, 3, 3)):
        room.comparison(0, group="pair", cell=cell, wanted=wanted)
    assert list(Comparison.objects.order_by("cell").values_list("places", flat=True)) == [7, 0, 0]
    given = [room.dealt(room.session()) for _ in range(7)]
    assert dealing.deal_next(session=room.session()) is None
    for assignment in given[:4]:
        dealing.give_back(assignment=assignment, state=Assignment.State.EXPIRED)
    assert dealing.retake_place(assignment=given[0])
    counts = Comparison.objects.aggregate(taken=Sum("taken"), covered=Sum("covered"))
    assert counts == {"taken": 4, "covered": 4}
    Comparison.objects.update(wanted=5)
    overlap.recount(protocol=room.protocol)
    assert list(Comparison.objects.order_by("cell").values_list("places", "covered")) == [
        (15, 4),
        (0, 0),
        (0, 0),
    ]


@pytest.mark.django_db
def test_who_takes_no_places_meets_what_is_full_for_people() -> None:
    room = rooms.make(overlap=1)
    room.comparisons(3)
    session = room.session()
    while assignment := dealing.deal_next(session=session):
        Assignment.objects.filter(pk=assignment.pk).update(state=Assignment.State.JUDGED)
    assert dealing.deal_next(session=room.session()) is None
    assert dealing.deal_next(session=room.session(raters.simulate(planted={})))
