"""What the agreement figure says: how far raters agree with one another, with themselves and with golds, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vibes.charts import blank, forest, numbers, wording
from vibes.charts.forest import Dot
from vibes.stats.results import Effect, RaterRow, Report

COLOUR = "accent"
FEW = 3


@dataclass(frozen=True)
class Scale:
    """Measures of one meaning: what their 0 and 1 stand for."""

    title: str
    ends: str
    brief: str
    measures: Mapping[str, tuple[str, str]]


SCALES = (
    Scale(
        "Beyond chance",
        "0: as often as by chance; 1: always",
        "0: chance, 1: always",
        {
            "alpha_nominal": ("Alpha, nominal", "Krippendorff\u2019s alpha, four verdicts by name"),
            "alpha_ordinal": ("Alpha, ordinal", "Krippendorff\u2019s alpha, B before tie before A"),
            "kappa": ("Kappa", "Cohen\u2019s kappa, pairs of raters pooled"),
        },
    ),
    Scale(
        "Share of verdicts",
        f"0{numbers.SPACE}%: never the same; 100{numbers.SPACE}%: always",
        f"0{numbers.SPACE}%: never, 100{numbers.SPACE}%: always",
        {
            "self_consistency": ("Own repeats", "a repeat gets the rater\u2019s own earlier verdict"),
            "gold": ("Golds", "a gold gets the verdict that it expects"),
        },
    ),
)
SUBTITLE = f"Agreement of raters with one another, with their own earlier verdict and with golds. Lines are 95{numbers.SPACE}% intervals."
READING = (
    "Disagreement is no failure: where taste differs, good raters disagree. What a rater says twice is their own yardstick.",
    "A flag is a question to ask, never an exclusion: no figure leaves anyone out.",
)


@dataclass(frozen=True)
class Measure:
    key: str
    name: str
    meaning: str
    effect: Effect
    dot: Dot


@dataclass(frozen=True)
class AgreementInfo:
    """`groups`: measures by scale. `flagged`: raters with a flag, most flags first."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    groups: tuple[tuple[Scale, tuple[Measure, ...]], ...]
    flagged: tuple[RaterRow, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    """Whether all five measures are in the report and a verdict bears on one of them."""
    found = report["agreement"]
    return "kappa" in found and any(effects(report)[key]["n"] for key in found)


def effects(report: Report) -> Mapping[str, Effect]:
    return report["agreement"]  # type: ignore[return-value]


def info(report: Report) -> AgreementInfo:
    missing = "" if drawn(report) else absent(report)
    flagged = sorted((row for row in report["raters_detail"] if row.get("flags")), key=most_flags)
    otherwise = "Agreement needs two verdicts on one matchup, a repeat or a gold."
    return AgreementInfo(
        title=missing or title(report),
        subtitle=blank.subtitle(report, key_of(report), otherwise) if missing else SUBTITLE,
        notes=() if missing else (*to_look_at(flagged), *READING),
        footer=wording.footer(report),
        groups=() if missing else tuple((scale, measures(report, scale)) for scale in SCALES),
        flagged=() if missing else tuple(flagged),
        missing=missing,
        simulated=report["simulated"],
    )


def key_of(report: Report) -> str:
    return "agreement" if "kappa" in report["agreement"] else "kappa"


def absent(report: Report) -> str:
    return blank.title(
        report,
        key_of(report),
        empty="No judgements yet: how far raters agree appears with the first ones",
        otherwise="No matchup has two verdicts yet, and no repeat or gold is answered",
    )


def most_flags(row: RaterRow) -> tuple[int, str]:
    return -len(row["flags"]), row["rater"]


def to_look_at(flagged: Sequence[RaterRow]) -> tuple[str, ...]:
    if not flagged:
        return ()
    shown = [
        f"{wording.shortened(wording.visible(row['rater']), 30)} ({', '.join(row['flags'])})"
        for row in flagged[:FEW]
    ]
    rest = len(flagged) - len(shown)
    said = wording.listed([*shown, *([f"{numbers.count(rest)} more in the table"] if rest else [])])
    return (f"Raters to look at: {said}.",)


def measures(report: Report, scale: Scale) -> tuple[Measure, ...]:
    return tuple(
        measure(key, name, meaning, effects(report)[key]) for key, (name, meaning) in scale.measures.items()
    )


def measure(key: str, name: str, meaning: str, effect: Effect) -> Measure:
    known = numbers.measured(effect)
    said = f"{wording.upper_first(meaning)}: "
    said += f"{numbers.spoken(effect)}, {counted(effect)}." if known else f"{wording.gap(effect)}."
    made = forest.dot(name, COLOUR, effect, said)
    return Measure(
        key,
        name,
        meaning,
        effect,
        replace(made, text=f"{made.text}  n {numbers.count(effect['n'])}" if known else ""),
    )


def counted(effect: Effect) -> str:
    return wording.plural(effect["n"], "verdict")


def title(report: Report) -> str:
    """How much less raters disagree than by chance (alpha), and how they agree with themselves."""
    known = numbers.measured(effects(report)["alpha_nominal"])
    own = numbers.measured(effects(report)["self_consistency"])
    repeats = f"{numbers.percent(own.estimate, 0)} of repeats" if own else ""
    if known is None:
        said = "Not enough yet to say how far raters agree"
        return f"{said}; with themselves they do in {repeats}" if repeats else said
    if not known.excludes_zero:
        said = "Whether raters agree more than by chance cannot be told yet"
    else:
        way = "less" if known.estimate > 0 else "more"
        said = f"Raters disagree {numbers.percent(abs(known.estimate), 0)} {way} than chance would have them"
    return f"{said}; with themselves they agree in {repeats}" if repeats else said
