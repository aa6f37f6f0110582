"""The further lines of a report in words: each with its numbers, none where there is nothing, none of an older run."""

from sample_report import HOSTILE, empty, full, not_enough, older

from vibes.charts import gaps, overview, summary


def said(report):
    return [*overview.findings(report), *overview.lines(report)]


def test_every_part_of_a_full_report_has_its_line() -> None:
    labels = " ".join(label for label, _ in said(full()))
    for part in (
        "Cue ",
        "Own prompts",
        "T1b",
        "Exchange rate",
        "First place",
        "Votes for C",
        "Raters to look at",
        "Failure flags",
        "Traits",
        "Gate",
    ):
        assert part in labels, labels


def test_a_cue_says_its_estimands_its_votes_and_its_finding() -> None:
    report = full()
    name, cue = next(iter(report["cues"].items()))
    line = next(text for label, text in said(report) if label == f"Cue {name}")
    assert all(f"{estimand} " in line for estimand in ("C", "T1", "T2", "T1a*"))
    assert f"Finding: {cue['finding']}." in line
    assert "randomised" in line


def test_an_interim_finding_says_so() -> None:
    report = full()
    for cue in report["cues"].values():
        cue["interim"] = True
    assert any("Finding (interim):" in text for _, text in said(report))


def test_first_place_says_how_few_votes_carry_it() -> None:
    found = {"leader": "a", "runner_up": "b", "votes": 19, "raters": 2, "n": 8931}
    assert list(overview.first_place(full(influence=found))) == [
        ("First place", "Without 19 of 8,931 judgements, or without 2 raters, b would stand before a.")
    ]
    alone = found | {"votes": None, "raters": None}
    assert "No small part of the 8,931 judgements" in next(overview.first_place(full(influence=alone)))[1]


def test_a_need_says_when_there_are_enough_and_when_it_cannot_say() -> None:
    need = {
        "estimand": "T2",
        "effect": 0.5,
        "unit": "log-odds",
        "votes": 1440,
        "se": 0.4,
        "design_effect": 1.0,
    }
    more = [overview.need_words(need | {"more_votes": number}) for number in (7936, 0, None)]
    assert more[0] == "80 % power at 0.50 log-odds: 7,936 more, beside 1,440 judgements."
    assert "there are enough" in more[1]
    assert "cannot say yet" in more[2]


def test_the_gate_says_each_condition_its_bound_and_its_outcome() -> None:
    ((label, said),) = overview.gate(full())
    assert label == "Gate"
    assert said.startswith(
        "model-00 in the place of model-01: fail. The win vanishes once style and flattery"
    )
    for part in (
        "Win rate above 50.0\xa0%: pass, 61.0\xa0% (57.0 to 65.0\xa0%).",
        "Controlled win rate above 50.0\xa0%: fail, 43.0\xa0% (38.0 to 48.0\xa0%), held constant by covariates",
        "Flags not worse by 2.0 points: pass, cheats −1.2\xa0points (−3.2 to 0.8\xa0points).",
        "Probes not worse by 5.0 points: not enough yet, nothing was measured.",
    ):
        assert part in said, said
    assert ("Gate, probes not worse", "nothing was measured") in gaps.gaps(full())
    assert "Gate" in summary.text(full())


def test_a_gate_without_intervals_says_why_and_a_veto_who() -> None:
    report = full()
    report["gate"]["conditions"][0]["effects"] = {"win rate": not_enough(4.2)}
    report["gate"]["vetoes"] = [f"Anna: {HOSTILE}\u202e"]
    ((_, said),) = overview.gate(report)
    assert "the votes spread over 4.2 effective raters" in said
    assert "Standing veto: Anna: " in said and "\u202e" not in said
    assert any(name == "Gate, win rate" for name, _ in gaps.gaps(report))


def test_an_older_or_an_empty_report_is_said_without_them() -> None:
    for report in (older(), empty()):
        absent = ("Cue", "Own", "First", "Votes", "Gate")
        assert not [label for label, _ in said(report) if label.startswith(absent)]
        assert summary.text(report)


def test_names_from_data_stay_text() -> None:
    report = full()
    report["cues"] = {f"{HOSTILE}\u202e": next(iter(report["cues"].values()))}
    label = next(label for label, _ in said(report) if label.startswith("Cue"))
    assert "\u202e" not in label
