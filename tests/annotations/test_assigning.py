"""Draws and side orders."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import assigning


def test_every_candidate_is_drawn_about_equally_often() -> None:
    counts = Counter(assigning.pick(5, random.Random(seed)).index for seed in range(5_000))
    # 1,000 expected; a binomial's SD here is 28.
    assert all(860 < count < 1_140 for count in counts.values())
    assert set(counts) == set(range(5))


def test_a_pick_states_its_probability_and_none_is_left_of_none() -> None:
    assert assigning.pick(4, random.Random(1)).probability == 0.25
    assert assigning.pick(0, random.Random(1)) is None


@pytest.mark.slow
@settings(deadline=None)  # a time limit would fail on a busy machine
@given(st.integers(0, 2**62), st.integers(0, 200))
def test_left_sides_of_a_rater_are_balanced_in_blocks(seed: int, places: int) -> None:
    sides = [
        assigning.left_side(shown_a_left=0, shown_b_left=0, session_seed=seed, place=p) for p in range(places)
    ]
    assert abs(sides.count("a") - sides.count("b")) <= max(assigning.BLOCKS) // 2


def test_the_order_shown_less_often_is_next() -> None:
    for seed in range(20):
        assert assigning.left_side(shown_a_left=2, shown_b_left=1, session_seed=seed, place=0) == "b"
        assert assigning.left_side(shown_a_left=0, shown_b_left=1, session_seed=seed, place=0) == "a"


def test_side_orders_replay_from_the_seed_and_differ_between_seeds() -> None:
    def order(seed: int) -> str:
        return "".join(
            assigning.left_side(shown_a_left=0, shown_b_left=0, session_seed=seed, place=p) for p in range(40)
        )

    assert order(11) == order(11)
    assert len({order(seed) for seed in range(50)}) == 50


@pytest.mark.slow
@given(st.sampled_from("ab"), st.sampled_from("ab"))
def test_screen_and_canonical_sides_are_inverse(side: assigning.Side, left: assigning.Side) -> None:
    assert assigning.on_screen(assigning.canonical(side, left), left) == side
    assert assigning.canonical("a", left) == left


WANTED = st.sampled_from([(1, 3, 3), (3, 2, 2), (0, 1, 1), (1, 1, 1)])


@given(WANTED, st.integers(0, 2**62), st.integers(0, 40))
def test_a_raters_variants_are_balanced_in_blocks_where_groups_leave_the_choice(
    wanted: tuple[int, ...], seed: int, dealt: int
) -> None:
    had = [0] * len(wanted)
    for _ in range(dealt):
        cell = assigning.next_cell(taken=[0] * 3, wanted=wanted, group_seed=None, had=had, rater_seed=seed)
        had[cell] += 1
    block, rest = divmod(dealt, sum(wanted))
    for count, share in zip(had, wanted, strict=True):
        assert block * share <= count <= (block + (rest > 0)) * share


@given(
    WANTED, st.integers(0, 2**62), st.integers(0, 2**62), st.lists(st.integers(0, 60), min_size=3, max_size=3)
)
def test_a_group_is_filled_exactly_whatever_its_raters_had(
    wanted: tuple[int, ...], seed: int, rater: int, had: list[int]
) -> None:
    taken = [0] * len(wanted)
    for _ in range(sum(wanted)):
        asked = {"taken": taken, "wanted": wanted, "group_seed": seed, "had": had, "rater_seed": rater}
        cell = assigning.next_cell(**asked)
        assert cell == assigning.next_cell(**asked)
        taken[cell] += 1
    assert tuple(taken) == wanted


def test_only_what_is_offered_is_dealt_and_the_rater_who_lacks_one_gets_it() -> None:
    asked = {"taken": (0, 0, 0), "wanted": (1, 3, 3), "rater_seed": 5}
    for seed in range(40):
        assert assigning.next_cell(**asked, group_seed=seed, had=(0, 9, 9), offered=(1, 2)) != 0
        assert assigning.next_cell(**asked, group_seed=seed, had=(3, 3, 9)) == 1
        assert assigning.next_cell(**asked, group_seed=seed, had=(3, 9, 3)) == 2
    with pytest.raises(ValueError, match="no place"):
        assigning.next_cell(**asked | {"taken": (0, 3, 3)}, group_seed=1, offered=(1, 2))


def test_own_prompts_have_every_other_place_from_the_first_or_the_second_on() -> None:
    begins = set()
    for seed in range(20):
        turns = [assigning.own_turn(session_seed=seed, place=place) for place in range(6)]
        assert turns in ([True, False] * 3, [False, True] * 3)
        begins.add(turns[0])
    assert begins == {True, False}


def test_a_derived_seed_is_stable() -> None:
    # Stored seeds are replayed by later versions: this value must never change.
    assert assigning.derived_seed(7, "sides") == 7408629830460982040
