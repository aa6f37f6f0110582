"""Which judgements belong to a cue."""

import numpy as np
import pytest

from tests.stats.cued_worlds import CUE, CuedWorld, simulate_cued
from vibes.stats.cue_directions import family_of
from vibes.stats.cues.design import class_weights, cued_votes
from vibes.stats.frames import JudgementFrame
from vibes.stats.selection import select
from vibes.stats.specification import Specification

SMALL = CuedWorld(matchups=28, raters=14)


def frame_of(**cells):
    """Five rows on two matchups of one pair, then one row that no cue is near."""
    columns = {
        "prompt_id": ["p1", "p1", "p1", "p2", "p2", "p3"],
        "matchup": ["u1", "u1", "u1", "u2", "u2", "u3"],
        "rater": ["r1", "r2", "r3", "r1", "r2", "r3"],
        "model_a": ["m", "m", "m", "m", "n", "m"],
        "model_b": ["n", "n", "n", "n", "m", "n"],
        "verdict": ["a", "b", "tie", "both_bad", "a", "b"],
        "cue": ["praise_added", "", "praise_added", "longer", "", ""],
        "cue_on": ["a", "", "b", "b", "", ""],
    }
    return JudgementFrame.from_columns(columns | cells)


def test_a_cue_has_its_planted_rows_and_the_unplanted_ones_of_the_same_matchups():
    praise, longer = cued_votes(frame_of())
    assert (praise.cue, praise.family, praise.v.tolist()) == ("praise_added", "tone", [1, 0, -1])
    assert praise.rows.tolist() == [0, 1, 2]
    assert praise.y.tolist() == [1.0, 0.0, 0.5]
    assert (longer.cue, longer.family, longer.rows.tolist()) == ("longer", "length", [3, 4])
    assert longer.y.tolist() == [0.5, 1.0]
    assert longer.variants() == {"unplanted": 1, "on_a": 0, "on_b": 1}


def test_the_cue_with_most_votes_stands_first_and_equal_ones_by_name():
    cues = cued_votes(frame_of(cue=["b", "", "a", "c", "", ""], cue_on=["a", "", "b", "b", "", ""]))
    assert [cue.cue for cue in cues] == ["a", "b", "c"]
    assert [cue.cue for cue in cued_votes(frame_of())] == ["praise_added", "longer"]


def test_a_frame_without_a_planted_row_has_no_cue():
    assert cued_votes(frame_of(cue=[""] * 6, cue_on=[""] * 6)) == ()


@pytest.mark.parametrize(
    ("cue", "family"),
    [
        ("praise_removed", "tone"),
        ("warmer", "tone"),
        ("cooler", "tone"),
        ("opener_added", "tone"),
        ("agreement_flipped", "stance"),
        ("validates_act", "stance"),
        ("stance_kept", "stance"),
        ("longer", "length"),
        ("shorter", "length"),
        ("markdown_to_plain", "formatting"),
        ("plain_to_lists", "formatting"),
        ("emoji_removed", "formatting"),
        ("jokes", "other"),
    ],
)
def test_every_cue_has_a_family(cue, family):
    assert family_of(cue) == family


def test_both_bad_is_its_own_outcome_unless_taken_for_a_tie():
    _, longer = cued_votes(frame_of())
    assert longer.modelled().tolist() == [1]
    assert longer.modelled(both_bad_is_tie=True).tolist() == [0, 1]


def test_rows_taken_from_a_cue_keep_their_places_and_lose_unused_names():
    (votes,) = cued_votes(simulate_cued(SMALL, 1).frame())
    part = votes.take(np.flatnonzero(votes.clusters.matchup < 4))
    assert len(part.frame.matchup.names) == 4
    assert (part.v == votes.v[part.rows]).all()
    assert (part.clusters.rater == part.frame.rater.codes).all()


def test_weights_of_a_class_are_those_of_its_rows():
    (votes,) = cued_votes(simulate_cued(SMALL, 1).frame())
    weights = class_weights(votes)
    assert list(weights) == ["advice", "code", "opinion"]
    np.testing.assert_array_equal(sum(weights.values()), votes.clusters.weight)


def test_every_matchup_and_every_rater_has_the_variants_in_proportion():
    (votes,) = cued_votes(simulate_cued(CuedWorld(matchups=70, raters=20), 3).frame())
    by_matchup = [np.bincount(votes.clusters.matchup, votes.v == side) for side in (0, 1, -1)]
    assert all((found == wanted).all() for found, wanted in zip(by_matchup, (1, 3, 3), strict=True))
    by_rater = [np.bincount(votes.clusters.rater, votes.v == side) for side in (0, 1, -1)]
    np.testing.assert_array_equal(3 * by_rater[0], by_rater[1])
    np.testing.assert_array_equal(by_rater[1], by_rater[2])


def test_the_straight_frame_of_a_simulated_study_is_that_of_its_columns():
    study = simulate_cued(
        CuedWorld(matchups=50, both_bad=0.1, no_lean=0.2, ratings=True, authored=0.5, mixed_order=True), 2
    )
    straight, read = study.frame(), JudgementFrame.from_columns(study.columns())
    for name, labels in read.labels.items():
        assert labels.names == straight.labels[name].names, name
        np.testing.assert_array_equal(labels.codes, straight.labels[name].codes)
    for name, values in read.numbers.items():
        np.testing.assert_array_equal(values, straight.numbers[name])


def test_a_selection_holds_the_unplanted_rows_and_all_variants_of_them():
    frame = frame_of()
    found = select(frame, [], Specification())
    assert found.frame.row_numbers.tolist() == [2, 5, 6]
    assert found.all_variants.row_numbers.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.left_out == {"planted_cue": 3}
    filtered = select(frame, [], Specification(where=("rater=r1,r2",)))
    assert filtered.all_variants.row_numbers.tolist() == [1, 2, 4, 5]


def test_where_every_row_is_planted_the_planted_rows_stand_for_the_boards():
    frame = simulate_cued(SMALL, 1).frame()
    planted = frame.take(np.flatnonzero(frame.side_sign("cue_on")))
    found = select(planted, [], Specification())
    assert len(found.frame) == len(found.all_variants) == len(planted)
    assert found.left_out == {}
    assert cued_votes(found.all_variants)[0].cue == CUE
