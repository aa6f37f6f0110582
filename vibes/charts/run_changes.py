"""What changed between two runs in the data and in the code, and what a reader must know before the figure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vibes.charts import numbers, wording
from vibes.charts.run_pair import RunPair, feature_name
from vibes.stats.common_strengths import in_common, rated
from vibes.stats.results import FeatureNote, Report
from vibes.stats.run_differences import raters_in_both

NONE = "none"
MOST_NAMES = 8
NUMBERED = "judgements"
BELOW_EVERY_RULE = (
    "The two runs treat ties differently ({}; {}). Each rule has a scale of its own, so that a strength or a log-odds may move "
    "without any vote being another."
)
SAME_VOTES = (
    "Both runs read the same votes: whatever differs comes from the rules, the code or the seed. The intervals say how little either "
    "run knows, not whether the rules made a difference."
)
WIDEST = "In both: {}. How far their errors go together is not known, so each interval is the widest that any correlation allows."
APART = "Taken as independent: no rater, and as far as is known no answer, is in both."


@dataclass(frozen=True)
class Change:
    """One line: what it was in the first run and in the second."""

    label: str
    first: str
    second: str

    @property
    def same(self) -> bool:
        return self.first == self.second


def data(pair: RunPair) -> list[Change]:
    """What was voted on, by whom, and what was asked of the votes."""
    both = (pair.first, pair.second)
    return [
        of("Judgements", (numbers.count(report["n"]) for report in both)),
        of("Raters", map(wording.rater_count, both)),
        of("Verdicts", map(verdicts, both)),
        of("Simulated", map(simulated, both)),
        of("With a planted cue", (numbers.count(r["left_out"].get("planted_cue", 0)) for r in both)),
        of("Models", (numbers.count(len(models(report))) for report in both)),
        of("Whose votes", map(wording.rater_kinds, both)),
        of("Filter", ("; ".join(wording.filters(report)) or NONE for report in both)),
        of("Ties", (after_colon(wording.tie_rule(report)) for report in both)),
        of("Both bad", (after_colon(wording.BOTH_BAD_RULES.get(r, r)) for r in asked(both, "both_bad"))),
        of("Errors", asked(both, "errors")),
        of("Gate", (" against ".join(map(wording.visible, gate(r))) or NONE for r in both)),
        of("Fingerprint", (wording.visible(report["data_fingerprint"]) for report in both)),
    ]


def code(pair: RunPair) -> list[Change]:
    """The code, the seed, and each feature that is measured otherwise or in one run alone."""
    both = (pair.first, pair.second)
    lines = [
        of("Code", (wording.visible(report["code_version"]) for report in both)),
        of("Seed", (str(report["seed"]) for report in both)),
    ]
    every = dict.fromkeys((*pair.first["features"], *pair.second["features"]))
    found = [of(feature_name(pair, key), (measure(r["features"].get(key)) for r in both)) for key in every]
    return [*lines, *(line for line in found if not line.same)]


def of(label: str, said: Iterable[str]) -> Change:
    first, second = said
    return Change(label, first, second)


def after_colon(rule: str) -> str:
    """A rule without the word that stands before it on its own line."""
    return rule.rpartition(": ")[2]


def asked(both: Sequence[Report], key: str) -> list[str]:
    return [str(report["specification"].get(key) or NONE) for report in both]


def gate(report: Report) -> list[str]:
    return report["specification"].get("gate") or []


def verdicts(report: Report) -> str:
    counts = report["verdicts"]
    total = sum((counts["a"], counts["b"], counts["tie"], counts["both_bad"]))
    if not total:
        return NONE
    each = (("A", counts["a"]), ("B", counts["b"]), ("tie", counts["tie"]), ("both bad", counts["both_bad"]))
    return ", ".join(f"{label} {numbers.percent(number / total)}" for label, number in each)


def simulated(report: Report) -> str:
    every = wording.every(report)
    share = f" ({numbers.percent(report['simulated'] / every, 0)})" if report["simulated"] and every else ""
    return f"{numbers.count(report['simulated'])}{share}"


def models(report: Report) -> set[str]:
    return {row["model"] for row in report["boards"]["plain"]}


def measure(note: FeatureNote | None) -> str:
    if note is None:
        return "not measured"
    return f"version {wording.visible(note['version'])}, SD {numbers.decimal(note['reference_sd'], 3)}"


def told(pair: RunPair) -> list[str]:
    """What came and went, in sentences."""
    return [*added(pair), *model_sets(pair), *rater_sets(pair)]


def added(pair: RunPair) -> Iterator[str]:
    """How many judgements the study held at the time of each run: their fingerprints count them."""
    before, after = (standing(report["data_fingerprint"]) for report in (pair.first, pair.second))
    if not pair.same_questions or before is None or after is None:
        return
    said = f"The study held {wording.judgements(before)} at the time of {pair.labels[0]} and {numbers.count(after)} at that of {pair.labels[1]}"
    if after == before:
        yield f"{said}."
    else:
        yield f"{said}: {numbers.count(abs(after - before))} {'more' if after > before else 'fewer'}."


def standing(fingerprint: str) -> int | None:
    """How many judgements stood, of a fingerprint "judgements:number:highest id"; none of another kind."""
    kind, _, rest = fingerprint.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == NUMBERED and number.isdecimal() else None


def model_sets(pair: RunPair) -> Iterator[str]:
    one, other = models(pair.first), models(pair.second)
    for label, alone in ((pair.labels[0], one - other), (pair.labels[1], other - one)):
        if alone:
            yield f"Only in {label}: {names(sorted(alone))}."


def rater_sets(pair: RunPair) -> Iterator[str]:
    both = len(raters_in_both(pair.first, pair.second))
    ones = (pair.first["raters"], pair.second["raters"])
    yield f"{wording.plural(both, 'rater')} in both; {numbers.count(max(0, ones[0] - both))} only in {pair.labels[0]}, {numbers.count(max(0, ones[1] - both))} only in {pair.labels[1]}."


def names(found: Sequence[str]) -> str:
    shown = [wording.shortened(wording.visible(one), 40) for one in found[:MOST_NAMES]]
    return (
        f"{', '.join(shown)} and {len(found) - MOST_NAMES} more"
        if len(found) > MOST_NAMES
        else wording.listed(shown)
    )


def cautions(pair: RunPair) -> list[str]:
    """What stands above the figure: rules and scales that differ, and what is in both runs."""
    return [*rules(pair), *dependence(pair)]


def rules(pair: RunPair) -> Iterator[str]:
    both = (pair.first, pair.second)
    if len(set(asked(both, "ties"))) > 1:
        yield BELOW_EVERY_RULE.format(*map(wording.tie_rule, both))
    if len(set(asked(both, "both_bad"))) > 1:
        yield "The two runs treat both-bad verdicts differently, which moves strengths and effects."
    if len(set(asked(both, "rater_kinds"))) > 1:
        yield f"Not the same kind of rater: {pair.labels[0]} has votes of {wording.rater_kinds(pair.first)}, {pair.labels[1]} of {wording.rater_kinds(pair.second)}."
    if len(set(asked(both, "where"))) > 1:
        yield "The two runs have different filters, so a difference may be one between the votes that were chosen."
    if any(line.label not in ("Code", "Seed") for line in code(pair)):
        yield "Features are not the same in both: what is held constant on a controlled board differs, and effects of such features are not compared."
    boards = (pair.first["boards"]["plain"], pair.second["boards"]["plain"])
    if rated(boards[0]).keys() != rated(boards[1]).keys():
        common = len(in_common(*boards))
        yield f"The boards do not rate the same models. Strengths here are about the mean of the {wording.plural(common, 'model')} that both rate, and differ from those on each run's page."


def dependence(pair: RunPair) -> Iterator[str]:
    if same_votes(pair):
        yield SAME_VOTES
    yield WIDEST.format(wording.listed(pair.shared)) if pair.shared else APART


def same_votes(pair: RunPair) -> bool:
    first, second = pair.first, pair.second
    same_asked = all(len(set(asked((first, second), key))) == 1 for key in ("rater_kinds", "where"))
    known = pair.same_questions or standing(first["data_fingerprint"]) is None
    return known and same_asked and first["data_fingerprint"] == second["data_fingerprint"]
