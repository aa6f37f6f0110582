"""Rows of raters, their yardsticks and their flags, on verdicts that can be counted by hand and on planted habits."""

import numpy as np
import pytest

from vibes.stats import rater_flags
from vibes.stats.agreement import agreement
from vibes.stats.consistency import gold_accuracy, self_consistency
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.raters import raters_detail, with_others

SWAPPED = {"a": "b", "b": "a"}
COLUMNS = ("rater", "prompt_id", "model_a", "model_b", "verdict")


def frame(rows, **extra):
    """rows: (rater, prompt, model A, model B, verdict); further columns by name."""
    columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    return JudgementFrame.from_columns(columns | extra)


def by_name(found, **more):
    return {row["rater"]: row for row in raters_detail(found, **more)}


ROWS = [
    ("ann", "p1", "x", "y", "a"),
    ("ann", "p2", "x", "y", "b"),
    ("bob", "p1", "y", "x", "b"),
    ("bob", "p2", "x", "y", "tie"),
    ("bob", "p3", "x", "y", "b"),
    ("cy", "p1", "x", "y", "both_bad"),
]
LEFT = [True, True, False, True, False, False]


def test_the_busiest_come_first_with_kind_ties_sides_and_speed():
    found = frame(
        ROWS,
        a_is_left=LEFT,
        seconds=[4, 6, 10, 30, "", ""],
        rater_kind=["person", "person", "machine", "machine", "machine", "simulated"],
    )
    rows = raters_detail(found)
    assert [(row["rater"], row["kind"], row["n"]) for row in rows] == [
        ("bob", "machine", 3),
        ("ann", "person", 2),
        ("cy", "simulated", 1),
    ]
    assert [row["tie_rate"] for row in rows] == [pytest.approx(1 / 3), 0.0, 0.0]
    assert [(row["left"]["rate"], row["left"]["n"]) for row in rows] == [(1.0, 2), (0.5, 2), (None, 0)]
    assert [row["seconds"] for row in rows] == [20.0, 5.0, None]
    assert all(row["flags"] == [] and row["susceptibility"] is None for row in rows)


def test_agreement_with_others_is_the_mean_share_that_said_the_same():
    rows = by_name(frame(ROWS))
    # p1 from x: ann x, bob x, cy both-bad; p2: ann y, bob tie; p3: bob alone.
    assert rows["ann"]["with_others"] == pytest.approx((1 / 2 + 0) / 2)
    assert rows["bob"]["with_others"] == pytest.approx((1 / 2 + 0) / 2)
    assert rows["cy"]["with_others"] == 0.0


def test_variants_of_a_matchup_are_compared_apart_and_the_rater_with_nobody_has_no_share():
    rows = [(f"r{k}", "p", "x", "y", "a" if k < 3 else "b") for k in range(6)]
    found = by_name(frame(rows, cue=["praise"] * 6, cue_on=["", "", "a", "b", "b", ""]))
    assert [found[f"r{k}"]["with_others"] for k in range(6)] == [0.5, 0.5, None, 1.0, 1.0, 0.0]


def test_one_raters_own_other_verdicts_are_no_others():
    found = frame([("r", "p", "x", "y", "a"), ("r", "p", "x", "y", "a"), ("s", "p", "x", "y", "b")])
    assert with_others(found) == pytest.approx([0.0, 0.0])


GOLDS = [
    ("ann", "g1", "x", "y", "a"),
    ("ann", "g2", "x", "y", "tie"),
    ("bob", "g1", "x", "y", "both_bad"),
    ("eve", "g1", "x", "y", "a"),
]
REPEATS = [
    ("ann", "p1", "y", "x", "b"),
    ("ann", "p2", "x", "y", "tie"),
    ("cy", "p1", "x", "y", "tie"),
    ("cy", "p9", "x", "y", "tie"),
]


def everything():
    rows = [*ROWS, *GOLDS, *REPEATS]
    purpose = ["study"] * 6 + ["gold"] * 4 + ["repeat"] * 4
    expected = [""] * 6 + ["a", "tie", "a", "a"] + [""] * 4
    return frame(rows, purpose=purpose, expected=expected)


def shares(found, key):
    return {name: (row[key]["rate"], row[key]["n"]) for name, row in found.items()}


def test_golds_are_met_or_not_and_repeats_are_read_by_model():
    found = by_name(frame(ROWS), everything=everything())
    assert shares(found, "gold") == {"ann": (1.0, 2), "bob": (0.0, 1), "cy": (None, 0)}
    assert shares(found, "consistent") == {"ann": (0.5, 2), "bob": (None, 0), "cy": (0.0, 1)}


def agreed(found, every=None):
    clusters = Clusters(found.rater.codes, found.matchup.codes, found.weight)
    return agreement(found, clusters, np.random.default_rng(0), both_bad_is_tie=False, everything=every)


def test_all_golds_and_all_repeats_stand_in_the_agreement():
    found = agreed(frame(ROWS), everything())
    gold, same = found["gold"], found["self_consistency"]
    assert (gold["estimate"], gold["n"], gold["unit"], gold["state"]) == (
        0.75,
        4,
        "probability",
        "not_enough",
    )
    assert (same["estimate"], same["n"]) == (pytest.approx(1 / 3), 3)
    alone = agreed(frame(ROWS))
    assert alone["gold"]["note"] == "no gold comparison with an expected verdict was judged"
    assert alone["self_consistency"]["note"] == "no pair of answers was shown to the same rater twice"


def test_a_repeat_of_a_planted_variant_is_matched_with_that_variant():
    rows = [("r", "p", "x", "y", "a"), ("r", "p", "x", "y", "b"), ("r", "p", "y", "x", "b")]
    columns = {"cue": ["praise"] * 3, "cue_on": ["a", "", "b"], "purpose": ["study", "study", "repeat"]}
    assert agreed(frame(rows, **columns))["self_consistency"]["estimate"] == 1.0
    other = columns | {"cue_on": ["b", "", "b"]}
    assert agreed(frame(rows, **other))["self_consistency"]["n"] == 0


def test_answers_of_one_model_are_told_apart_by_their_cue_alone():
    rows = [("r", "p", "x", "x", "a"), ("r", "p", "x", "x", "b"), ("s", "q", "x", "y", "a")]
    purpose = ["study", "repeat", "study"]
    cued = frame(rows, cue=["praise", "praise", ""], cue_on=["a", "b", ""], purpose=purpose)
    assert agreed(cued)["self_consistency"]["estimate"] == 1.0
    blank = frame(rows, purpose=["identical", "repeat", "study"])
    assert agreed(blank)["self_consistency"]["n"] == 0


@pytest.mark.slow
def test_planted_consistency_and_gold_accuracy_are_covered():
    """Raters repeat themselves with probability 0.8 and 0.6 by turns, and meet 0.9 of the golds."""
    hits = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        rows, purpose, expected = [], [], []
        for rater in range(30):
            own = 0.8 if rater % 2 else 0.6
            for k in rng.choice(200, 12, replace=False):
                first = str(rng.choice(["a", "b"]))
                again = first if rng.random() < own else SWAPPED[first]
                rows += [
                    (f"r{rater}", f"p{k}", "x", "y", first),
                    (f"r{rater}", f"p{k}", "y", "x", SWAPPED[again]),
                ]
                purpose += ["study", "repeat"]
                expected += ["", ""]
            for k in range(6):
                rows.append((f"r{rater}", f"g{k}", "x", "y", "a" if rng.random() < 0.9 else "tie"))
                purpose.append("gold")
                expected.append("a")
        every = frame(rows, purpose=purpose, expected=expected)
        same, gold = self_consistency(every), gold_accuracy(every)
        hits.append((same["low"] <= 0.7 <= same["high"], gold["low"] <= 0.9 <= gold["high"]))
    assert (np.mean(hits, axis=0) >= 0.84).all()


def habits(rng, raters=30, each=60):
    """Careful raters with 60 verdicts of 50 answers each; speed about 20 s."""
    rows = [
        (f"r{r:02}", f"p{rng.integers(0, 50)}", "x", "y", str(rng.choice(["a", "b", "tie"])))
        for r in range(raters)
        for _ in range(each)
    ]
    left = rng.random(len(rows)) < 0.5
    return rows, left, 20.0 * np.exp(0.4 * rng.standard_normal(len(rows)))


def flagged(rows, left, seconds, **extra):
    found = by_name(frame(rows, a_is_left=list(left), seconds=list(seconds), **extra))
    return {name: row["flags"] for name, row in found.items() if row["flags"]}


@pytest.mark.slow
def test_careful_raters_raise_no_flag():
    for seed in range(5):
        assert flagged(*habits(np.random.default_rng(seed))) == {}


def test_planted_habits_are_flagged_and_nobody_else():
    rng = np.random.default_rng(1)
    rows, left, seconds = habits(rng)
    rater = np.array([row[0] for row in rows])
    seconds[rater == "r00"] /= 5.0
    rows = [(*row[:4], "tie") if row[0] == "r01" else row for row in rows]
    rows = [
        (*row[:4], "a" if side == (rng.random() < 0.9) else "b") if row[0] == "r02" else row
        for row, side in zip(rows, left, strict=True)
    ]
    assert flagged(rows, left, seconds) == {
        "r00": ["too fast"],
        "r01": ["one-sided"],
        "r02": ["position-bound"],
    }


def test_always_left_is_both_one_sided_and_position_bound():
    rows, left, seconds = habits(np.random.default_rng(2), raters=6)
    rows = [
        (*row[:4], "a" if side else "b") if row[0] == "r00" else row
        for row, side in zip(rows, left, strict=True)
    ]
    assert flagged(rows, left, seconds) == {"r00": ["one-sided", "position-bound"]}


def test_reading_faster_than_anyone_reads_is_too_fast_even_where_all_do():
    rows, left, seconds = habits(np.random.default_rng(3), raters=6)
    texts = {"text_a": ["word " * 800] * len(rows), "text_b": ["word " * 400] * len(rows)}
    assert set(flagged(rows, left, seconds, **texts)) == {f"r{k:02}" for k in range(6)}
    texts = {"text_a": ["word " * 80] * len(rows), "text_b": [""] * len(rows)}
    assert flagged(rows, left, seconds, **texts) == {}


def test_failed_golds_and_contradicted_repeats_are_flagged():
    rows = [(f"r{r}", f"p{k}", "x", "y", "a") for r in range(3) for k in range(12)]
    golds = [(f"r{r}", f"g{k}", "x", "y", "b" if r == 1 else "a") for r in range(3) for k in range(6)]
    repeats = [(f"r{r}", f"p{k}", "x", "y", "b" if r == 2 else "a") for r in range(3) for k in range(12)]
    purpose = ["study"] * 36 + ["gold"] * 18 + ["repeat"] * 36
    expected = [""] * 36 + ["a"] * 18 + [""] * 36
    every = frame([*rows, *golds, *repeats], purpose=purpose, expected=expected)
    found = by_name(frame(rows), everything=every)
    assert {name: row["flags"] for name, row in found.items()} == {
        "r0": [],
        "r1": ["failing gold"],
        "r2": ["self-inconsistent"],
    }


def test_flags_wait_for_enough_verdicts():
    few, none = np.array([4.0]), np.array([0.0])
    assert not rater_flags.failing_gold(none, few).any()
    assert not rater_flags.self_inconsistent(none, few).any()
    assert not rater_flags.position_bound(np.array([19.0]), np.array([19.0])).any()
    assert not rater_flags.one_sided(np.array([[19.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])).any()
    assert not rater_flags.too_fast(np.array([0.1]), np.array([0.001]), np.array([19.0]), np.array([0])).any()


@pytest.mark.parametrize("verdict", ["a", "tie", "both_bad"])
def test_one_row_and_all_alike_say_little_and_raise_nothing(verdict):
    alone = frame([("r", "p", "x", "y", verdict)])
    (row,) = raters_detail(alone)
    assert (row["left"]["n"], row["with_others"], row["seconds"], row["flags"]) == (0, None, None, [])
    assert {found["state"] for found in agreed(alone).values()} == {"not_enough"}
    alike = frame([(f"r{r}", f"p{p}", "x", "y", verdict) for r in range(12) for p in range(25)])
    found = raters_detail(alike)
    assert all(row["with_others"] == 1.0 and row["flags"] == [] for row in found)
    states = {name: effect["state"] for name, effect in agreed(alike).items()}
    assert states["kappa"] == states["alpha_nominal"] == "not_identified"


def test_machines_are_not_measured_by_the_speed_of_people():
    rows, left, seconds = habits(np.random.default_rng(4), raters=12)
    kind = ["machine" if row[0] < "r06" else "person" for row in rows]
    seconds[np.array(kind) == "machine"] /= 20.0
    assert flagged(rows, left, seconds, rater_kind=kind) == {}


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(11)
    rows, left, seconds = habits(rng, raters=12, each=40)
    models = [("x", "y") if rng.random() < 0.5 else ("y", "x") for _ in rows]
    purpose = rng.choice(["study", "study", "study", "gold", "repeat"], len(rows))
    columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    return columns | {
        "model_a": [a for a, _ in models],
        "model_b": [b for _, b in models],
        "a_is_left": left.tolist(),
        "seconds": seconds.tolist(),
        "purpose": purpose.tolist(),
        "expected": np.where(purpose == "gold", "a", "").tolist(),
    }


def summary(columns):
    every = JudgementFrame.from_columns(columns)
    study = every.take(np.flatnonzero(every.labels["purpose"].isin(["study"])))
    return raters_detail(study, everything=every), agreed(study, every)


def same(found, expected):
    (rows, agreed_rows), (others, agreed_others) = found, expected
    for one, two in zip(rows, others, strict=True):
        for key, value in two.items():
            near = pytest.approx(value, abs=1e-8) if isinstance(value, float) else value
            assert one[key] == near, key
    for key in ("kappa", "self_consistency", "gold", "alpha_nominal"):
        for name in ("estimate", "low", "high", "se"):
            assert agreed_rows[key][name] == pytest.approx(agreed_others[key][name], abs=1e-8), (key, name)


def test_naming_some_sides_the_other_way_round_changes_nothing(planted):
    turned = {**SWAPPED, "": "", "tie": "tie"}
    swapped = planted | {
        "model_a": planted["model_b"],
        "model_b": planted["model_a"],
        "verdict": [turned[v] for v in planted["verdict"]],
        "expected": [turned[v] for v in planted["expected"]],
        "a_is_left": [not left for left in planted["a_is_left"]],
    }
    half = np.arange(len(planted["verdict"])) % 2 == 0
    mixed = {
        name: [
            two if other else one for one, two, other in zip(planted[name], swapped[name], half, strict=True)
        ]
        for name in planted
    }
    same(summary(swapped), summary(planted))
    rows = summary(mixed)[0]
    assert rows == summary(planted)[0]


def test_order_and_prompt_names_leave_no_trace(planted):
    rng = np.random.default_rng(1)
    order, names = rng.permutation(len(planted["verdict"])), rng.permutation(60)
    renamed = planted | {"prompt_id": [f"q{names[int(p[1:])]}" for p in planted["prompt_id"]]}
    same(summary({name: [column[k] for k in order] for name, column in renamed.items()}), summary(planted))


def test_screen_sides_alone_turn_the_left_share(planted):
    mirrored = planted | {"a_is_left": [not left for left in planted["a_is_left"]]}
    for one, two in zip(summary(mirrored)[0], summary(planted)[0], strict=True):
        assert one["left"]["rate"] == pytest.approx(1.0 - two["left"]["rate"])
        assert {**one, "left": None} == {**two, "left": None}
