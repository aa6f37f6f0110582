"""The judge beside people: planted truths are found and covered, names of sides move nothing, and thin data say so."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from tests.stats.judged_worlds import JUDGE, World, columns, frame, relabelled
from vibes.stats.frames import JudgementFrame
from vibes.stats.judge_calibration import calibrate
from vibes.stats.results.judges import Calibration

CUE = "praise_opener"
FAIR = World()
FLATTERED = World(cue_judge=1.5, position=0.6)


def calibrated(world: World, seed: int = 1) -> Calibration:
    return calibrate(frame(world, seed), JUDGE, np.random.default_rng(seed))


def of(table: dict[str, list[object]]) -> Calibration:
    return calibrate(JudgementFrame.from_columns(table), JUDGE, np.random.default_rng(1))


def estimates(found: Calibration) -> dict[str, float]:
    cue = found["cues"][CUE]
    effects = {name: found[name] for name in ("agreement", "same_choice", "kappa", "position", "flips")}
    effects |= {f"C {who}": cue[who] for who in ("judge", "people", "difference")}
    return {
        f"{name} {part}": effect[part]
        for name, effect in effects.items()
        for part in ("estimate", "low", "high")
    }


def large(world: World) -> Calibration:
    """What the estimators tend to at this design."""
    return calibrated(replace(world, matchups=6_000, people=400), 99)


def test_a_fair_judge_of_enough_comparisons_is_calibrated() -> None:
    found = calibrated(replace(FAIR, matchups=300))
    assert (found["state"], found["judged"], found["both_orders"]) == ("calibrated", 1_800, 900)
    assert found["agreement"]["estimate"] > 0.8
    assert abs(found["position"]["estimate"]) < 0.03
    assert found["why"].startswith("900 comparisons beside people")


def test_a_flattered_judge_is_not_and_the_page_can_say_why() -> None:
    found = calibrated(replace(FLATTERED, matchups=300))
    assert found["state"] == "uncalibrated"
    assert found["cues"][CUE]["family"] == "tone"
    assert found["cues"][CUE]["judge"]["estimate"] > found["cues"][CUE]["people"]["estimate"] + 0.1
    assert found["cues"][CUE]["difference"]["low"] > 0.1
    assert found["position"]["low"] > 0.05
    only_flattered = calibrated(replace(FAIR, matchups=300, cue_judge=1.5))
    assert only_flattered["state"] == "uncalibrated"
    assert CUE in only_flattered["why"]
    only_led = calibrated(replace(FAIR, matchups=300, position=1.5))
    assert "go with the order" in only_led["why"]
    other_mind = calibrated(replace(FAIR, matchups=300, noise=20.0))
    assert "agreement with people" in other_mind["why"]


def test_without_cues_its_own_sycophancy_is_not_known() -> None:
    table = columns(replace(FAIR, matchups=300), 1)
    kept = [row for row, side in enumerate(table["cue_on"]) if not side]
    found = of({name: [values[row] for row in kept] for name, values in table.items() if "cue" not in name})
    assert found["cues"] == {}
    assert (found["state"], found["with_people"]) == ("uncalibrated", 300)
    assert "sycophancy is not known" in found["why"]


@pytest.mark.slow
@pytest.mark.parametrize("world", [FAIR, FLATTERED], ids=["fair", "flattered"])
def test_planted_truths_are_covered(world: World) -> None:
    """Of 400 studies each interval holds what its estimator tends to in 92 to 99 %. C of people has tests of its own: its rule
    of the largest variance is wide where, as here, quality differs much more between matchups than within."""
    truth = estimates(large(world))
    names = sorted({name.rpartition(" ")[0] for name in truth} - {"C people"})
    held = dict.fromkeys(names, 0)
    for seed in range(400):
        found = estimates(calibrated(world, 1_000 + seed))
        for name in names:
            held[name] += found[f"{name} low"] <= truth[f"{name} estimate"] <= found[f"{name} high"]
    assert {name: count for name, count in held.items() if not 0.92 <= count / 400 <= 0.99} == {}


@pytest.mark.slow
def test_planted_truths_are_found_without_bias() -> None:
    truth = estimates(large(FLATTERED))
    found = [estimates(calibrated(FLATTERED, seed)) for seed in range(30)]
    for name in ("agreement", "flips", "position", "C judge", "C people", "C difference"):
        drawn = np.array([one[f"{name} estimate"] for one in found])
        error = drawn.std(ddof=1) / np.sqrt(len(drawn))
        assert abs(drawn.mean() - truth[f"{name} estimate"]) < 4 * error + 0.002, name


def test_calling_a_side_by_the_other_name_moves_nothing() -> None:
    table = columns(FLATTERED, 3)
    plain = estimates(of(table))
    size = len(table["verdict"])
    half = set(np.random.default_rng(0).permutation(size)[: size // 2].tolist())
    assert estimates(of(relabelled(table, set(range(size))))) == pytest.approx(plain, abs=1e-8)
    # C is a difference of two means, over the cued side's two names: with other rows under each it is another draw of it.
    some = estimates(of(relabelled(table, half)))
    own = {name: value for name, value in plain.items() if not name.startswith("C ")}
    assert {name: some[name] for name in own} == pytest.approx(own, abs=1e-8)


def test_the_order_of_rows_moves_nothing() -> None:
    table = columns(FLATTERED, 3)
    order = np.random.default_rng(5).permutation(len(table["verdict"]))
    turned = {name: [values[row] for row in order] for name, values in table.items()}
    assert estimates(of(turned)) == pytest.approx(estimates(of(table)), abs=1e-9)


def test_turning_the_screen_turns_the_position_alone() -> None:
    table = columns(FLATTERED, 3)
    turned = table | {"a_is_left": [not left for left in table["a_is_left"]]}
    plain, other = estimates(of(table)), estimates(of(turned))
    assert other["position estimate"] == pytest.approx(-plain["position estimate"])
    rest = {name: value for name, value in plain.items() if not name.startswith("position")}
    assert {name: other[name] for name in rest} == pytest.approx(rest, abs=1e-8)


def test_kappa_is_cohens() -> None:
    """Against scikit-learn, of choices made by hand: the judge's mean over both orders and the majority of people."""
    table = columns(replace(FAIR, noise=2.0), 4)
    judge, people = {}, {}
    for n, verdict in enumerate(table["verdict"]):
        unit = (table["matchup"][n], table["cue_on"][n])
        tally = judge if table["rater"][n] == JUDGE else people
        tally[unit] = tally.get(unit, 0) + {"a": 1, "b": -1}.get(str(verdict), 0)
    both = [(np.sign(judge[unit]), np.sign(people[unit])) for unit in judge]
    expected = cohen_kappa_score([mine for mine, _ in both], [theirs for _, theirs in both])
    found = of(table)
    assert found["kappa"]["estimate"] == pytest.approx(expected)
    same = np.mean([mine == theirs for mine, theirs in both])
    assert found["same_choice"]["estimate"] == pytest.approx(same)


def test_one_order_alone_is_no_comparison() -> None:
    found = calibrate(frame(FAIR, 2, orders=(True,)), JUDGE, np.random.default_rng(0))
    assert found["both_orders"] == 0
    assert found["agreement"]["state"] == found["flips"]["state"] == "not_enough"
    assert found["state"] == "uncalibrated"
    assert "are needed" in found["why"]


def test_both_bad_in_one_order_and_a_tie_in_the_other_is_a_flip_and_takes_no_side() -> None:
    verdicts = iter(["tie", "both_bad"] * 60)
    table = columns(replace(FAIR, matchups=40, votes=1), 6)
    kept = [n for n, side in enumerate(table["cue_on"]) if not side]
    table = {name: [values[n] for n in kept] for name, values in table.items() if "cue" not in name}
    said = [
        next(verdicts) if rater == JUDGE else verdict
        for rater, verdict in zip(table["rater"], table["verdict"], strict=True)
    ]
    found = of(table | {"verdict": said})
    assert found["flips"]["estimate"] == 1.0
    assert (found["judge_undecided"], found["agreement"]["n"]) == (40, 0)
    assert found["position"]["estimate"] == 0.0
    assert found["kappa"]["state"] == "not_identified"


def test_a_judge_that_never_wavers_is_not_certain() -> None:
    found = calibrated(replace(FAIR, matchups=40, noise=0.0, quality=30.0, sharpness=1_000.0))
    assert (found["position"]["estimate"], found["flips"]["estimate"]) == (0.0, 0.0)
    assert found["position"]["low"] < 0 < found["position"]["high"]
    assert found["flips"]["high"] > 0.05
    assert found["cues"][CUE]["judge"]["high"] - found["cues"][CUE]["judge"]["low"] > 0.04


@pytest.mark.parametrize("matchups", [1, 5])
def test_few_matchups_have_no_interval(matchups: int) -> None:
    found = calibrated(replace(FAIR, matchups=matchups))
    assert found["flips"]["state"] == "not_enough"
    assert found["flips"]["low"] is None
    assert found["state"] == "uncalibrated"


def test_people_without_the_judge_and_the_judge_without_people() -> None:
    table = columns(FAIR, 7)
    for kind in ("person", "machine"):
        kept = [n for n, of_kind in enumerate(table["rater_kind"]) if of_kind == kind]
        found = of({name: [values[n] for n in kept] for name, values in table.items()})
        assert found["with_people"] == 0
        assert found["agreement"]["estimate"] is None
        assert found["kappa"]["state"] == "not_enough"
    assert found["both_orders"] == 360
    assert found["cues"][CUE]["judge"]["state"] == "ok"
    assert found["cues"][CUE]["difference"]["state"] == "not_enough"
