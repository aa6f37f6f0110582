"""The further lines of a report in words: cues, own prompts, first place, power, raters, flags, traits, errors.

A run frozen by an earlier version lacks some of these keys; its lines are then left out.
"""

from collections.abc import Iterator

from vibes.charts import cues as cue_figure
from vibes.charts import displacement, effort, goldilocks, numbers, overoptimisation, wording
from vibes.stats.results import Cue, Effect, GateCondition, Need, Report

Line = tuple[str, str]
FEW = 5
WIDER = 1.005
"""From here on the ratio of two errors does not read 1.00."""


def lines(report: Report) -> Iterator[Line]:
    """(label, sentence) pairs of what the report holds."""
    yield from first_place(report)
    yield from power(report)
    yield from samples(report)
    yield from gate(report)
    yield from namesakes(report)
    yield from raters(report)
    yield from failure_flags(report)
    yield from traits(report)
    yield from inflation(report)


def findings(report: Report) -> Iterator[Line]:
    """What flattery and control do: the titles of their figures, each cue, own prompts."""
    if displacement.drawn(report):
        yield "Control", f"{displacement.info(report).title}."
    if cue_figure.drawn(report):
        yield "Flattery", f"{cue_figure.info(report).title}."
    yield from cues(report)
    yield from own_prompts(report)
    yield from tied_quality(report)
    yield from exchange(report)


def cues(report: Report) -> Iterator[Line]:
    for name, cue in report.get("cues", {}).items():
        yield f"Cue {wording.visible(name)}", cue_words(cue)


def cue_words(cue: Cue) -> str:
    counts = f"{wording.plural(cue['matchups'], 'matchup')}, {wording.judgements(sum(_variants(cue)))}"
    interim = " (interim)" if cue["interim"] else ""
    named = {"C": cue["C"], "T1": cue["T1"], "T2": cue["T2"], "T1a*": cue["T1a_star"]}
    effects = "; ".join(f"{name} {wording.worded(effect)}" for name, effect in named.items())
    return f"{effects}; {wording.KINDS[cue['C']['kind']]}, {counts}. Finding{interim}: {cue['finding']}. {cue['finding_note']}"


def _variants(cue: Cue) -> tuple[int, int, int]:
    each = cue["variants"]
    return each["unplanted"], each["on_a"], each["on_b"]


def own_prompts(report: Report) -> Iterator[Line]:
    for name, own in report.get("own_prompts", {}).items():
        said = f"C on own prompts {wording.worded(own['own'])}, on others' {wording.worded(own['others'])}, difference {wording.worded(own['O'])}."
        yield f"Own prompts, {wording.visible(name)}", said


def tied_quality(report: Report) -> Iterator[Line]:
    found = report["tiebreak"].get("T1b")
    if found and numbers.measured(found):
        kind = wording.KINDS[found["kind"]]
        yield (
            "T1b",
            f"Among answers of equal quality, towards the more flattering: {wording.worded(found)}, {kind}.",
        )


def exchange(report: Report) -> Iterator[Line]:
    """What one unit of each covariate is worth in quality, where that is bounded."""
    found = report.get("exchange")
    told = {name: one for name, one in found["buys"].items() if numbers.measured(one)} if found else {}
    if found and told:
        said = [f"{wording.visible(name)} {wording.worded(one)} {one['unit']}" for name, one in told.items()]
        yield "Exchange rate", f"{'; '.join(said)}. Quality by {wording.visible(found['quality'])}."


def first_place(report: Report) -> Iterator[Line]:
    found = report.get("influence")
    if not found:
        return
    leader, second = wording.visible(found["leader"]), wording.visible(found["runner_up"])
    if found["votes"] is None:
        yield (
            "First place",
            f"No small part of the {wording.judgements(found['n'])} puts another before {leader}.",
        )
        return
    raters = f", or without {wording.plural(found['raters'], 'rater')}" if found["raters"] else ""
    gone = f"Without {numbers.count(found['votes'])} of {wording.judgements(found['n'])}{raters}"
    yield "First place", f"{gone}, {second} would stand before {leader}."


def power(report: Report) -> Iterator[Line]:
    for need in report.get("power", []):
        yield f"Votes for {need['estimand'].replace('_star', '*')}", need_words(need)


def need_words(need: Need) -> str:
    scale = numbers.scale(need["unit"])
    unit = (
        " log-odds"
        if scale is numbers.LOG_ODDS
        else (" Elo points" if scale is numbers.ELO else scale.suffix)
    )
    aim = f"80 % power at {scale.bare(need['effect'])}{unit}"
    if need["more_votes"] is None:
        return f"{aim}: these votes cannot say yet how many it takes."
    if need["more_votes"] == 0:
        return f"{aim}: there are enough ({wording.judgements(need['votes'])})."
    return f"{aim}: {numbers.count(need['more_votes'])} more, beside {wording.judgements(need['votes'])}."


def samples(report: Report) -> Iterator[Line]:
    """The titles of the figures that rest on sampled answers."""
    for label, chart in (
        ("Over-optimisation", overoptimisation),
        ("Effort", effort),
        ("Evals, vibes, price", goldilocks),
    ):
        if chart.drawn(report):
            yield label, f"{chart.info(report).title}."


def gate(report: Report) -> Iterator[Line]:
    """Whether the candidate may take the baseline's place, condition by condition."""
    found = report.get("gate")
    if not found:
        return
    names = f"{wording.visible(found['candidate'])} in the place of {wording.visible(found['baseline'])}"
    said = [f"{names}: {found['outcome']}."]
    said += ["The win vanishes once style and flattery are held constant."] if found["win_vanishes"] else []
    said += [f"Standing veto: {wording.sentence(wording.visible(veto))}" for veto in found["vetoes"]]
    yield "Gate", " ".join([*said, *map(condition_words, found["conditions"])])


def condition_words(condition: GateCondition) -> str:
    """One condition of the gate: where it must lie, the outcome, what was measured."""
    bound, effects = condition["bound"], condition["effects"]
    is_win = condition["name"] in effects
    side = f"above {numbers.percent(bound)}" if is_win else f"by {numbers.DIFFERENCE.bare(bound)} points"
    measured = [part_words("" if is_win else part, effect) for part, effect in effects.items()]
    found = "; ".join(measured) or "nothing was measured"
    return f"{wording.upper_first(condition['name'])} {side}: {condition['outcome']}, {found}."


def part_words(name: str, effect: Effect) -> str:
    """An effect with what to bear in mind, or why there is none."""
    if not numbers.measured(effect):
        said = wording.why(effect)
    else:
        said = wording.worded(effect) + (f", {wording.why(effect)}" if effect.get("note") else "")
    return f"{wording.visible(name)} {said}".strip()


def namesakes(report: Report) -> Iterator[Line]:
    for found in report.get("namesakes", []):
        names = " and ".join(wording.visible(found[key]) for key in ("first", "second"))
        finding = wording.sentence(wording.visible(found["finding"]))
        yield (
            "Same name, two models",
            f"{names}: {finding} Difference in strength {wording.worded(found['strength'])}.",
        )


def raters(report: Report) -> Iterator[Line]:
    flagged = [row for row in report["raters_detail"] if row.get("flags")]
    if not flagged:
        return
    shown = [f"{wording.visible(row['rater'])} ({', '.join(row['flags'])})" for row in flagged[:FEW]]
    more = f" and {len(flagged) - FEW} more" if len(flagged) > FEW else ""
    yield "Raters to look at", f"{wording.listed(shown) if not more else ', '.join(shown) + more}."


def failure_flags(report: Report) -> Iterator[Line]:
    found = sorted(report.get("flags", []), key=lambda one: -(one["rate"]["estimate"] or 0.0))[:FEW]
    if found:
        said = [
            f"{wording.visible(one['model'])}: {wording.visible(one['flag'])} {wording.worded(one['rate'])}"
            for one in found
        ]
        yield "Failure flags", f"{'; '.join(said)}."


def traits(report: Report) -> Iterator[Line]:
    found = [trait for trait in report.get("traits", []) if trait["significant"]]
    if found:
        found.sort(key=lambda trait: -abs(trait["strength"]["estimate"] or 0.0))
        said = [
            f"{wording.visible(trait['label'])} {wording.worded(trait['strength'])}" for trait in found[:FEW]
        ]
        yield (
            "Traits that go with being chosen",
            f"{'; '.join(said)} (strength = relevance × kappa; observational).",
        )


def inflation(report: Report) -> Iterator[Line]:
    found = report["fit"].get("inflation") or {}
    if found and max(found.values()) >= WIDER:
        low, high = min(found.values()), max(found.values())
        times = f"{numbers.decimal(low, 2)} to {numbers.decimal(high, 2)}"
        yield (
            "Errors",
            f"Intervals that know raters and pairs are {times} times as wide as those that take votes for independent.",
        )
