"""The judgement frame: what it takes, what it says of bad cells, and how it is filtered."""

import numpy as np
import pytest

from vibes.stats.columns import FrameError
from vibes.stats.frames import JudgementFrame, parse_condition

REQUIRED = ["prompt_id", "rater", "model_a", "model_b", "verdict"]


def columns(**changes):
    """Four good rows, with columns changed, added, or (None) taken away."""
    good = {
        "prompt_id": ["p1", "p1", "p2", "p2"],
        "rater": ["ann", "bob", "ann", "bob"],
        "model_a": ["x", "y", "x", "z"],
        "model_b": ["y", "x", "z", "x"],
        "verdict": ["a", "b", "tie", "both_bad"],
    }
    return {name: cells for name, cells in (good | changes).items() if cells is not None}


def frame(**changes):
    return JudgementFrame.from_columns(columns(**changes))


def test_the_required_columns_are_enough():
    found = frame()
    assert len(found) == 4
    assert found.models == ("x", "y", "z")
    assert found.sign.tolist() == [1, -1, 0, 0]
    assert found.decisive.tolist() == [True, True, False, False]
    assert found.weight.tolist() == [1.0] * 4
    assert found.position is None
    assert found.labels["rater_kind"].counts() == {"person": 4, "machine": 0, "simulated": 0}


def test_a_matchup_is_prompt_and_pair_in_either_order_unless_given():
    assert frame().matchup.codes.tolist() == [0, 0, 1, 1]
    given = frame(matchup=["m7", "", "m8", "m8"])
    assert given.matchup.codes[2] == given.matchup.codes[3]
    assert len(set(given.matchup.codes.tolist())) == 3


def test_text_cells_and_typed_cells_say_the_same():
    texts = frame(
        a_is_left=["true", "0", "1", "False"],
        weight=["1", "2.5", "1e0", "1"],
        quality_a=["5", "", "3", "1"],
        quality_b=["1", "2", "", "1"],
        lean=["", "", "b", "a"],
        order=["1", "2", "3", "4"],
        x_cost=["-1", "0", "0.5", "2"],
        created_at=["2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "", "2026-01-31T13:00:00+01:00"],
        prompt_id=["1", "1", "2", "2"],
    )
    typed = frame(
        a_is_left=[True, False, 1, 0.0],
        weight=[1, 2.5, 1.0, np.float32(1)],
        quality_a=[5, None, 3.0, 1],
        quality_b=[1, 2, None, 1],
        lean=[None, None, "b", "a"],
        order=[1, 2, 3, 4],
        x_cost=[-1, 0, 0.5, 2],
        created_at=["2026-01-31T12:00:00Z"] * 2 + [None, "2026-01-31T12:00:00Z"],
        prompt_id=[1, 1, 2, 2],
    )
    assert texts.numbers.keys() == typed.numbers.keys()
    for name, values in texts.numbers.items():
        np.testing.assert_array_equal(values, typed.numbers[name], err_msg=name)
    assert texts.position.tolist() == [1.0, -1.0, 1.0, -1.0]
    assert texts.lean_sign.tolist() == typed.lean_sign.tolist() == [0, 0, -1, 1]
    assert texts.labels["prompt_id"].names == typed.labels["prompt_id"].names == ("1", "2")
    assert list(texts.covariates) == ["x_cost"]


def test_every_column_of_the_format_is_taken_and_others_are_named():
    found = frame(
        judgement_id=["1", "2", "3", "4"],
        strength=[1, -2, 0, None],
        text_a=["", "b", "c", "d"],
        text_b=["e", "f", "g", "h"],
        prompt=["q"] * 4,
        prompt_class=["code", "", "code", "advice"],
        authored=["yes", "no", "no", "no"],
        sycophancy_a=[1, 2, 3, 4],
        sycophancy_b=[1, 2, 3, 5],
        key_quality_a=[0, 1, 0.5, -3],
        key_quality_b=[0, 1, 0.5, -3],
        cue=["praise", None, None, None],
        cue_on=["a", None, None, None],
        rater_kind=["machine", "person", "", "simulated"],
        purpose=["gold", "study", "repeat", "identical"],
        expected=["a", "", "", ""],
        session=["s1"] * 4,
        seconds=[1.5, 2, 3, 4],
        flags_a=["too_long", "", "", ""],
        flags_b=["", "", "", ""],
        author=["lee", "", "", ""],
        mood=["good"] * 4,
    )
    assert found.ignored == ("mood",)
    assert found.labels["prompt_class"].codes.tolist() == [1, -1, 1, 0]
    assert found.side_sign("cue_on").tolist() == [1, 0, 0, 0]
    assert found.texts["flags_a"][0] == "too_long"


def test_a_column_without_a_single_value_counts_as_absent():
    found = frame(strength=[None] * 4, a_is_left=["", "", "", ""])
    assert "strength" not in found.numbers
    assert found.position is None


NAN = float("nan")
BAD = [
    ({"verdict": None}, "missing column verdict", None),
    (
        {"verdict": ["a", "b", "left", "tie"]},
        r"row 3, column verdict, value 'left': .*Write one of a, b, tie, both_bad",
        3,
    ),
    ({"verdict": ["a", "b", None, "tie"]}, r"row 3, column verdict: the cell is empty", 3),
    ({"verdict": ["a", "b", NAN, "tie"]}, r"row 3, column verdict, value 'nan': NaN is no value", 3),
    ({name: [] for name in REQUIRED}, "there are no rows", None),
    ({"rater": ["ann"]}, "column rater: 1 cells where verdict has 4", None),
    ({"rater": ["ann", " ", "ann", "bob"]}, r"row 2, column rater: the cell is empty", 2),
    ({"prompt_id": [["p"], "p", "p", "p"]}, r"row 1, column prompt_id, .*this is not a name", 1),
    (
        {"model_b": ["y", "y", "z", "x"]},
        r"row 2, column model_b, value 'y': the same model stands on both sides",
        2,
    ),
    ({"model_a": ["x"] * 4, "model_b": ["x"] * 4, "purpose": ["gold"] * 4}, "the only model is x", 1),
    ({"lean": ["", "a", "", ""]}, r"row 2, column lean, value 'a': a lean stands beside a verdict", 2),
    ({"lean": ["", "", "tie", ""]}, r"row 3, column lean, value 'tie': .*Write one of a, b", 3),
    ({"weight": [1, 1, NAN, 1]}, r"row 3, column weight, value 'nan': NaN is no value", 3),
    ({"weight": [1, 1, 0, 1]}, r"row 3, column weight, value '0': this is not a number above 0", 3),
    ({"weight": [1, 1, None, 1]}, r"row 3, column weight: the cell is empty", 3),
    ({"weight": [1, 1, "inf", 1]}, r"row 3, column weight, value 'inf'", 3),
    ({"weight": [1, 1, True, 1]}, r"row 3, column weight, value 'True'", 3),
    (
        {"x_cost": [1, "", 1, 1]},
        r"row 2, column x_cost: the cell is empty. Write a number in every row, or leave",
        2,
    ),
    (
        {"quality_a": [6, 1, 1, 1], "quality_b": [1] * 4},
        r"row 1, column quality_a, value '6': .* from 1 to 5",
        1,
    ),
    ({"quality_a": [1] * 4}, r"column quality_b: quality_a stands without quality_b", None),
    ({"text_b": ["t"] * 4}, r"column text_a: text_b stands without text_a", None),
    (
        {"a_is_left": [True, "left", True, True]},
        r"row 2, column a_is_left, value 'left': .* true or false",
        2,
    ),
    ({"a_is_left": [True, None, True, True]}, r"row 2, column a_is_left: the cell is empty", 2),
    ({"seconds": [1, 2, -3, 4]}, r"row 3, column seconds, value '-3': .*not negative", 3),
    ({"created_at": ["yesterday"] * 4}, r"row 1, column created_at, value 'yesterday'", 1),
    ({"rater_kind": ["robot"] * 4}, r"row 1, column rater_kind, .*one of person, machine, simulated", 1),
    ({"purpose": ["", "fun", "", ""]}, r"row 2, column purpose, .*one of study, gold, repeat, identical", 2),
    ({"expected": ["x", "", "", ""]}, r"row 1, column expected, .*one of a, b, tie, both_bad", 1),
    (
        {"cue_on": ["a", "", "", ""]},
        r"row 1, column cue_on, value 'a': a side carries a cue without a name",
        1,
    ),
    (
        {"strength": [2, 1, 0, None]},
        r"row 2, column strength, value '1': the strength speaks against the verdict",
        2,
    ),
    ({"strength": [2, -1, 1, None]}, r"row 3, column strength, value '1': the strength speaks against", 3),
    ({"strength": [2, None, 0, None]}, r"row 2, column strength.*: the cell is empty", 2),
    ({"strength": [2, -1, 0, 0]}, r"row 4, column strength, value '0': the strength speaks against", 4),
    ({"matchup": ["m", "m", "m", "m"]}, r"row 3, column matchup, value 'm': .*another pair of models", 3),
    (
        {"judgement_id": ["1", "2", "1", "4"]},
        r"row 3, column judgement_id, value '1': this id stands on an earlier",
        3,
    ),
]


@pytest.mark.parametrize(("changes", "message", "row"), BAD)
def test_bad_cells_are_named_with_row_column_value_and_mend(changes, message, row):
    with pytest.raises(FrameError, match=message) as caught:
        frame(**changes)
    assert caught.value.row == row
    assert caught.value.mend


def test_rows_are_numbered_as_the_file_numbers_them():
    with pytest.raises(FrameError, match="row 4, column verdict"):
        JudgementFrame.from_columns(columns(verdict=["a", "b", "left", "tie"]), first_row=2)


def test_one_model_on_both_sides_is_allowed_where_that_is_the_point():
    assert len(frame(model_b=["x", "x", "z", "x"], purpose=["identical", "", "", ""])) == 4
    cued = frame(model_b=["x", "x", "z", "x"], cue=["praise", "", "", ""], cue_on=["b", "", "", ""])
    assert cued.side_sign("cue_on")[0] == -1


def test_conditions_filter_by_name_number_truth_and_time():
    found = frame(
        seconds=[5, 10, 15, ""],
        a_is_left=[True, False, True, False],
        prompt_class=["code", "advice", "code", ""],
        created_at=["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"],
    )

    def kept(*texts):
        return found.mask([parse_condition(text) for text in texts]).tolist()

    assert kept("rater=ann") == [True, False, True, False]
    assert kept("prompt_class=code,advice") == [True, True, True, False]
    assert kept("seconds>=10") == [False, True, True, False]
    assert kept("seconds=5,15") == [True, False, True, False]
    assert kept("a_is_left=true") == [True, False, True, False]
    assert kept("created_at>=2026-02-15") == [False, False, True, True]
    assert kept("created_at<=2026-02-15") == [True, True, False, False]
    assert kept("seconds<=10") == [True, True, False, False]
    assert kept("rater!=ann") == [False, True, False, True]
    assert kept("prompt_class!=code") == [False, True, False, True]
    assert kept("seconds!=5,10") == [False, False, True, True]
    assert kept("rater=ann", "seconds>=10") == [False, False, True, False]
    assert kept() == [True] * 4


def test_conditions_filter_by_columns_that_nothing_else_reads():
    found = frame(team=["red", "blue", "", "red"], age=["31", 8, "", 31.5], paid=[True, False, None, True])

    def kept(text):
        return found.mask([parse_condition(text)]).tolist()

    assert kept("team=red") == [True, False, False, True]
    assert kept("team!=red") == [False, True, True, False]
    assert kept("age>=31") == [True, False, False, True]
    assert kept("age<=31") == [True, True, False, False]
    assert kept("paid=true") == [True, False, False, True]
    with pytest.raises(
        FrameError, match="column team: team>=3 compares numbers, and a cell of the column is 'red'"
    ):
        kept("team>=3")


def test_a_filtered_frame_forgets_what_no_row_uses():
    found = frame(text_a=["1", "2", "3", "4"], text_b=["5", "6", "7", "8"]).where(
        [parse_condition("prompt_id=p1")]
    )
    assert found.models == ("x", "y")
    assert found.matchup.names == frame().matchup.names[:1]
    assert list(found.texts["text_b"]) == ["5", "6"]
    assert found.row_numbers.tolist() == [1, 2]
    assert [found.models[code] for code in found.model_a] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rater", "'rater' is no filter. Write column=value"),
        ("=ann", "is no filter"),
        ("rater=", "is no filter"),
        ("seconds>=", "is no filter"),
        ("seconds<=", "is no filter"),
        ("rater!=", "is no filter"),
        ("rater<=3", "compares numbers"),
        ("colour=red", "column colour: the filter names no column of the frame. The columns are: "),
        ("rater>=3", "compares numbers"),
        ("weight>=heavy", "'heavy' in weight>=heavy is no number"),
        ("rater=carol", "no row meets rater=carol. Widen the filter. The columns hold: rater ann, bob"),
    ],
)
def test_a_bad_filter_is_named(text, message):
    with pytest.raises(FrameError, match=message):
        frame().where([parse_condition(text)])


def test_a_condition_reads_back():
    for text in ("rater=ann,bob", "rater!=ann,bob", "seconds>=10", "seconds<=10", "prompt=a=b"):
        assert str(parse_condition(text)) == text
