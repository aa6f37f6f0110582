"""The figure of two runs: what its title says, what stands in it, and what must be known first."""

import json
from typing import Any

import pytest
from fonts import sizes
from report_states import REPORTS
from sample_report import effect, empty, full, not_enough, older, row

from vibes.charts import compared, run_changes
from vibes.charts.numbers import SPACE
from vibes.charts.run_pair import RunPair, pair_of
from vibes.charts.wording import WATERMARK

LABELS = ("run 3", "run 9")
SAME_STUDY = ("the same study",)


def pair(first: Any, second: Any, shared: tuple[str, ...] = (), **told: Any) -> RunPair:
    return pair_of(first, second, LABELS, shared, **told)


def moved(**strengths: float) -> Any:
    """A report on which a model stands elsewhere than in `full`."""
    report = full()
    rows = [
        row(one["model"], strengths.get(one["model"].replace("-", "_"), one["strength"]))
        for one in report["boards"]["plain"]
    ]
    return report | {"boards": {"plain": rows}}


def told(*reports: Any, **more: Any) -> compared.ComparedInfo:
    return compared.info(pair(*reports, **more))


def groups(found: compared.ComparedInfo) -> dict[str, list[str]]:
    return {group.name: [dot.label for dot in group.dots] for block in found.blocks for group in block.groups}


def test_two_alike_say_that_nothing_moved():
    assert told(full(), full()).title == "Nothing moved beyond its interval between run 3 and run 9"


def test_a_great_gain_is_the_title_with_its_interval():
    found = told(moved(model_04=880), moved(model_04=1380))
    assert found.title.startswith(f"model-04 gained 400{SPACE}Elo points [366 to 434]")
    assert "on the plain board between run 3 and run 9" in found.title
    assert found.blocks[0].axis == "Elo points"
    assert groups(found)["Strength, plain"][0] == "model-04"


def test_who_is_swapped_loses_what_was_gained():
    one, other = moved(model_04=880), moved(model_04=1380)
    assert told(other, one).title.startswith(f"model-04 lost 400{SPACE}Elo points [366 to 434]")


def test_what_is_outside_its_interval_and_does_not_stand_out_is_said_to_be_chance_perhaps():
    found = told(full(), full() | {"effects": full()["effects"] | {"length": effect(0.33, 0.08)}})
    assert found.title.startswith(
        "Nothing stands out between run 3 and run 9: one interval misses 0, which chance"
    )


@pytest.mark.parametrize(
    ("part", "key", "said"),
    [
        ("effects", "length", "The effect of length rose by "),
        ("agreement", "alpha_nominal", "Alpha, nominal rose by "),
        ("describe", "left_given_decisive", "The share \u201cLeft side chosen\u201d rose by "),
    ],
)
def test_what_moved_is_the_subject_of_the_sentence(part, key, said):
    changed = full()
    changed[part] = changed[part] | {key: changed[part][key] | {"estimate": 5.0, "low": 4.9, "high": 5.1}}
    assert told(full(), changed).title.startswith(said)


def test_without_a_number_in_both_nothing_is_drawn():
    found = told(full(), empty())
    assert found.title == "Nothing can be compared between run 3 and run 9: no number has an interval in both"
    assert not found.blocks and found.missing
    assert ("Position, length, formatting: Standing on the left", "Not in the second run.") in found.missing


def test_each_kind_of_number_has_an_axis_of_its_own():
    axes = [block.axis for block in told(full(), full()).blocks]
    assert axes == list(dict.fromkeys(axes))
    assert {"Elo points", "log-odds", "percentage points"} <= set(axes)


def test_other_rules_are_told_above_the_figure_and_on_the_picture():
    half = full() | {"specification": full()["specification"] | {"ties": "half"}}
    found = told(full(), half)
    assert found.cautions[0].startswith(
        "The two runs treat ties differently (ties: personal thresholds; ties: half a win each)"
    )
    assert found.subtitle.endswith("strengths and log-odds are on two scales.")
    ties = next(one for one in run_changes.data(pair(full(), half)) if one.label == "Ties")
    assert not ties.same


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rater_kinds": ["simulated"]}, "Not the same kind of rater"),
        ({"where": ["class=advice"]}, "different filters"),
        ({"both_bad": "tie"}, "both-bad verdicts differently"),
    ],
)
def test_what_else_differs_is_told(changed, said):
    other = full() | {"specification": full()["specification"] | changed}
    assert any(said in one for one in told(full(), other).cautions)


def test_what_is_in_both_widens_every_interval_and_is_said():
    apart, shared = pair(full(), full()), pair(full(), full(), SAME_STUDY)
    assert any("In both: the same study" in one for one in compared.info(shared).cautions)
    assert run_changes.APART in compared.info(apart).cautions
    for one, other in zip(apart.found, shared.found, strict=True):
        assert one.p is None or (other.high - other.low) > (one.high - one.low)


def test_the_same_votes_are_said_to_be_the_same():
    assert run_changes.SAME_VOTES in told(full(), full()).cautions
    other = full() | {"data_fingerprint": "sha256:other"}
    assert run_changes.SAME_VOTES not in told(full(), other).cautions


def test_judgements_that_came_are_counted_from_what_the_runs_keep():
    first, second = (
        full() | {"data_fingerprint": "judgements:400:410"},
        full() | {"data_fingerprint": "judgements:950:1000"},
    )
    (said,) = run_changes.added(pair(first, second, SAME_STUDY, same_questions=True))
    assert said == "The study held 400 judgements at the time of run 3 and 950 at that of run 9: 550 more."
    assert not list(run_changes.added(pair(first, second)))


def test_models_and_features_that_came_or_went_are_named():
    first, second = full(), full(4)
    second["features"] = second["features"] | {"length": second["features"]["length"] | {"version": "2"}}
    both = pair(first, second)
    assert "Only in run 3: model-04." in run_changes.told(both)
    length = next(one for one in run_changes.code(both) if one.label == "Length")
    assert (length.first, length.second) == ("version 1, SD 0.310", "version 2, SD 0.310")
    assert any("do not rate the same models" in one for one in compared.info(both).cautions)


def test_sixty_models_show_the_surest_and_leave_the_rest_to_the_table():
    found = pair(full(60), full(60))
    assert compared.info(found).left > 40
    assert all(len(names) <= compared.MOST for names in groups(compared.info(found)).values())
    assert len(compared.table(found).rows) == len(found.found)


def test_a_run_of_an_earlier_version_can_be_compared():
    assert told(older(), full()).blocks


def test_simulated_votes_in_either_mark_the_whole():
    card = compared.made(pair(full(), full(simulated=240)))
    assert card.simulated == 240 and "SIMULATED" in card.payload["file"]
    assert WATERMARK in json.dumps(card.payload["sheet"])


def test_the_table_has_both_runs_the_difference_and_the_reason():
    first = full() | {"effects": full()["effects"] | {"bold": not_enough()}}
    found = compared.table(pair(first, full()))
    assert [column.label for column in found.columns][2:5] == ["run 3", "run 9", "difference"]
    bold = next(cells for cells in found.rows if cells[1].text == "Bold spans")
    assert bold[5].text == "not comparable"
    raw = dict(zip(found.raw_names, next(values for values in found.raw if values[1] == "bold"), strict=True))
    assert raw["difference"] is None and raw["why_not"].startswith("first run:")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "sixty" else name for name in REPORTS]
)
@pytest.mark.parametrize(("theme", "shape"), [("light", "wide"), ("dark", "narrow"), ("print", "sheet")])
def test_every_state_is_a_figure_with_text_of_twelve_pixels(name, theme, shape):
    found = json.loads(compared.figure(pair(REPORTS[name], full()), theme, shape).to_json())
    assert min(sizes(found)) >= 12 and "NaN" not in json.dumps(found["data"])
