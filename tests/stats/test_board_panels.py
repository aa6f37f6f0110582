"""The board in parts: each is the plain board of a run with that filter, and a model that is better in one part is found there."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from vibes.stats.frames import JudgementFrame
from vibes.stats.report import Specification, analyse
from vibes.stats.vote_parts import FEWEST_VOTES, MOST

MODELS = ("ann", "bob", "cid")


def drawn(seed, gain=1.2, votes=1_600, raters=24, classes=("advice", "code")):
    """`gain` in log-odds: what cid has more in the class code than elsewhere."""
    rng = np.random.default_rng(seed)
    pair = np.array([(0, 1), (0, 2), (1, 2)])[rng.integers(3, size=votes)]
    kind = rng.integers(len(classes), size=votes)
    theta = np.zeros((len(classes), len(MODELS)))
    theta[:, 0] = 0.3
    if "code" in classes:
        theta[classes.index("code"), 2] += gain
    apart = theta[kind, pair[:, 0]] - theta[kind, pair[:, 1]] + rng.logistic(size=votes)
    names = np.array(MODELS)
    return {
        "prompt_id": [f"p{n % 200}-{classes[k]}" for n, k in enumerate(kind)],
        "prompt_class": [classes[k] for k in kind],
        "rater": [f"r{n % raters}" for n in range(votes)],
        "model_a": names[pair[:, 0]].tolist(),
        "model_b": names[pair[:, 1]].tolist(),
        "verdict": np.where(np.abs(apart) < 0.4, "tie", np.where(apart > 0, "a", "b")).tolist(),
        "user_turns": [1 + n % 4 // 3 for n in range(votes)],
        "authored": [n % 5 == 0 for n in range(votes)],
        # Twelve days, the last of them thin.
        "created_at": [
            f"2026-03-{1 + min(n * 12 // votes, 10 + n % 40 // 39):02d}T10:00:00Z" for n in range(votes)
        ],
        "language": [("de", "en", "en", "a, b")[n % 4] for n in range(votes)],
        "hour": [n % 24 for n in range(votes)],
        "row": [str(n) for n in range(votes)],
        "seen_a": ["yes", "no"] * (votes // 2),
        "seen_b": ["no", "yes"] * (votes // 2),
        "details": [{"n": n} for n in range(votes)],
    }


def reported(columns, **options):
    frame = JudgementFrame.from_columns(columns)
    return analyse(frame, [], Specification(**options), seed=1, code_version="v", data_fingerprint="f")


@pytest.fixture(scope="module")
def columns():
    return drawn(1)


@pytest.fixture(scope="module")
def panels(columns):
    return {one["where"]: one for one in reported(columns)["board_panels"]}


def test_parts_by_class_turns_and_whose_prompts(columns, panels):
    assert list(panels) == [
        *sorted(("prompt_class=advice", "prompt_class=code"), key=lambda where: -panels[where]["n"]),
        "user_turns<=1",
        "user_turns>=2",
        "authored=false",
        "authored=true",
        *(
            f"created_at>=2026-03-{day:02d}T00:00:00Z\ncreated_at<=2026-03-{day + 1:02d}T23:59:59.999999Z"
            for day in range(1, 12, 2)
        ),
        "hour<=11",
        "hour>=12",
        "language=en",
        "language=de",
    ]
    assert panels["authored=true"]["n"] == 320 and panels["user_turns>=2"]["n"] == 400
    assert panels["user_turns<=1"]["by"] == "user_turns"


@pytest.mark.parametrize(
    "where",
    [
        "prompt_class=code",
        "user_turns>=2",
        "authored=true",
        "created_at>=2026-03-03T00:00:00Z\ncreated_at<=2026-03-04T23:59:59.999999Z",
        "hour>=12",
        "language=de",
    ],
)
def test_each_is_the_plain_board_of_a_run_with_that_filter(columns, panels, where):
    alone = reported(columns, where=tuple(where.splitlines()))["boards"]["plain"]
    for one, other in zip(panels[where]["rows"], alone, strict=True):
        assert one.keys() == other.keys()
        for key, value in other.items():
            # The rank sets and simultaneous intervals are drawn.
            near = 3.0 if key.startswith("simultaneous") else 1e-5
            assert one[key] == (pytest.approx(value, abs=near) if isinstance(value, float) else value), key


def test_a_model_that_is_better_in_one_class_is_first_there_alone(panels):
    def first(where):
        return [row["model"] for row in panels[where]["rows"] if row["rank_high"] == 1]

    assert first("prompt_class=code") == ["cid"]
    assert "cid" not in first("prompt_class=advice")


def test_where_models_are_alike_nobody_is_surely_first_too_often():
    told = 0
    for seed in range(60):
        columns = drawn(seed, votes=600, gain=0.0)
        for name in ("created_at", "language", "hour", "user_turns", "authored"):
            del columns[name]
        columns["verdict"] = np.random.default_rng(900 + seed).permutation(columns["verdict"]).tolist()
        parts = [one for one in reported(columns)["board_panels"] if one["by"] == "prompt_class"]
        told += sum(any(row["rank_high"] == 1 for row in one["rows"]) for one in parts)
    # Of 120 boards, six are expected at 5 %.
    assert told <= 13


def test_naming_the_sides_the_other_way_round_changes_nothing(columns, panels):
    flipped = [{"a": "b", "b": "a"}.get(verdict, verdict) for verdict in columns["verdict"]]
    turned = columns | {"model_a": columns["model_b"], "model_b": columns["model_a"], "verdict": flipped}
    for one in reported(turned)["board_panels"]:
        for row, other in zip(one["rows"], panels[one["where"]]["rows"], strict=True):
            assert row["model"] == other["model"] and row["strength"] == pytest.approx(
                other["strength"], abs=1e-5
            )
            assert (row["rank_low"], row["rank_high"]) == (other["rank_low"], other["rank_high"])


def test_votes_on_planted_variants_take_no_part_away(columns, panels):
    cued = {name: [*cells, *cells[:100]] for name, cells in columns.items()}
    cued |= {"cue": ["praise"] * 1_700, "cue_on": [*[""] * 1_600, *["a"] * 100]}
    cued["matchup"] = [f"m{n}" for n in range(1_700)]
    assert {one["where"]: one["n"] for one in reported(cued)["board_panels"]} == {
        where: one["n"] for where, one in panels.items()
    }


def test_stretches_of_time_are_as_long_as_each_other_and_six_at_most(columns):
    for days, expected in ((1, 0), (6, 6), (7, 4), (28, 4), (400, 5), (5_000, 6)):
        moments = [
            datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=n * days // 1_600) for n in range(1_600)
        ]
        timed = {name: columns[name] for name in ("prompt_id", "rater", "model_a", "model_b", "verdict")}
        timed |= {"created_at": [moment.isoformat() for moment in moments]}
        found = [one for one in reported(timed)["board_panels"] if one["by"] == "created_at"]
        assert (len(found), sum(one["n"] for one in found)) == (expected, 1_600 if expected else 0), days


def test_a_time_at_the_end_of_all_times_is_no_matter(columns):
    timed = {name: columns[name] for name in ("prompt_id", "rater", "model_a", "model_b", "verdict")}
    timed |= {
        "created_at": ["9999-12-31T10:00:00Z" if n < 800 else "9999-12-20T10:00:00Z" for n in range(1_600)]
    }
    found = [one["n"] for one in reported(timed)["board_panels"] if one["by"] == "created_at"]
    assert found == [800, 800]


def test_what_does_not_divide_the_votes_or_is_thin_has_no_part(columns):
    one_class = columns | {"prompt_class": ["advice"] * 1_600, "user_turns": [1] * 1_600}
    for name in ("authored", "created_at", "language", "hour"):
        del one_class[name]
    assert reported(one_class)["board_panels"] == []
    thin = columns | {"authored": [n < FEWEST_VOTES - 1 for n in range(1_600)]}
    assert not [one for one in reported(thin)["board_panels"] if one["by"] == "authored"]


def test_of_many_classes_the_largest_are_shown_and_a_comma_is_passed_over():
    names = tuple(f"class {n}" for n in range(9))
    columns = drawn(3, classes=names, votes=2_400)
    columns["prompt_class"] = ["a, b" if name == "class 8" else name for name in columns["prompt_class"]]
    parts = [one for one in reported(columns)["board_panels"] if one["by"] == "prompt_class"]
    assert len(parts) == MOST and "prompt_class=a, b" not in {one["where"] for one in parts}
    assert [one["n"] for one in parts] == sorted((one["n"] for one in parts), reverse=True)
