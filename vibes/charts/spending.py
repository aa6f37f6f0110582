"""What the effort figure says: who spends tokens on prompts that everyone gets right, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vibes.charts import amounts, blank, numbers, wording
from vibes.stats.results import Effect, EffortPoint, EffortRow, Report

KEY: Final = "effort"
NAMED = 3
NAME_COLUMNS = 40
SHARE_COLOUR = "length"
READING = (
    "Difficulty of a prompt: the share of samples that are wrong, each model counting once. An easy prompt is one that every sample of "
    "every model gets right; effort there buys nothing.",
    "A model overthinks where, on prompts that all get right, it surely spends more than twice the median of the others. A mark is the mean "
    "of a prompt\u2019s samples.",
    "Where a model reports no reasoning tokens, only what is visible is counted.",
)


@dataclass(frozen=True)
class Spending:
    """One model: its tokens by prompt, its share on easy ones; `silent`: it reports no reasoning."""

    model: str
    name: str
    row: EffortRow
    points: tuple[EffortPoint, ...]
    easy: numbers.Measured | None
    easy_text: str
    slope_text: str
    tokens_text: str
    overthinks: bool
    silent: bool
    hover: str


@dataclass(frozen=True)
class EffortInfo:
    """`spendings`: the largest share on easy prompts first, those without one last."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    spendings: tuple[Spending, ...]
    missing: str
    simulated: int


def drawn(report: Report) -> bool:
    return bool(report.get(KEY))


def info(report: Report) -> EffortInfo:
    spendings = tuple(sorted(map(spending, report.get(KEY, [])), key=by_share))
    missing = "" if spendings else absent(report)
    otherwise = "It takes a file of samples with their tokens, and whether each is correct."
    return EffortInfo(
        title=missing or title(spendings),
        subtitle=blank.subtitle(report, KEY, otherwise) if missing else SUBTITLE,
        notes=() if missing else (*ruled(spendings), *READING),
        footer=(*wording.footer(report), *counted(spendings)),
        spendings=spendings,
        missing=missing,
        simulated=report["simulated"],
    )


SUBTITLE = f"Share of each model\u2019s tokens that went to prompts everyone gets right (95{numbers.SPACE}% intervals), and its tokens by difficulty of the prompt."


def absent(report: Report) -> str:
    otherwise = "No samples with their tokens are in this run: where effort goes is not seen"
    return blank.title(report, KEY, empty=otherwise, otherwise=otherwise)


def counted(spendings: Sequence[Spending]) -> tuple[str, ...]:
    if not spendings:
        return ()
    samples = sum(one.row["easy_share"]["n"] for one in spendings)
    prompts = max(one.row["prompts"] for one in spendings)
    on = f" on {wording.plural(prompts, 'prompt')}"
    return (f"{wording.plural(samples, 'sample')}{on}",) if samples else ()


def by_share(one: Spending) -> tuple[float, str]:
    return (-one.easy.estimate if one.easy else 1.0, one.name)


def spending(row: EffortRow) -> Spending:
    easy, name = numbers.measured(row["easy_share"]), wording.visible(row["model"])
    silent = row["reasoning_tokens"] is None
    easy_text = easy_words(row["easy_share"])
    slope_text = slope_words(row["slope"])
    tokens = tokens_words(row)
    note = f" {wording.sentence(wording.visible(row['note']))}" if row["note"] else ""
    hover = f"{wording.shortened(name, NAME_COLUMNS)}: {easy_text}; {tokens}.{note}"
    points = tuple(sorted(row["points"], key=lambda one: (one["difficulty"], one["prompt_id"])))
    return Spending(
        row["model"], name, row, points, easy, easy_text, slope_text, tokens, row["overthinks"], silent, hover
    )


def easy_words(effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return f"share on easy prompts {wording.gap(effect)}"
    between = numbers.span(known.low * 100, known.high * 100, lambda value: numbers.decimal(value, 0))
    return f"{numbers.percent(known.estimate, 0)} ({between}) of tokens on easy prompts"


def slope_words(effect: Effect) -> str:
    known = numbers.measured(effect)
    if known is None:
        return wording.state(effect)
    return f"{steepness(known)} tokens"


def steepness(known: numbers.Measured) -> str:
    """More tokens where it is difficult, with the interval: whole ones where they are ten or more."""
    far = max(abs(known.low), abs(known.high))
    return (
        f"{more(known.estimate, far)} ({numbers.span(known.low, known.high, lambda value: more(value, far))})"
    )


def more(tokens: float, far: float) -> str:
    return amounts.signed(float(round(tokens)) if far >= 10 else tokens)


def tokens_words(row: EffortRow) -> str:
    visible, reasoning = amounts.whole(row["visible_tokens"]), row["reasoning_tokens"]
    if reasoning is None:
        return f"{visible} visible tokens a sample, reasoning not reported"
    return f"{amounts.whole(reasoning)} reasoning and {visible} visible tokens a sample"


def ruled(spendings: Sequence[Spending]) -> tuple[str, ...]:
    """The figures behind each mark of overthinking, for the first few."""
    found = [one for one in spendings if one.overthinks and one.row["note"]]
    return tuple(
        f"{wording.shortened(one.name, NAME_COLUMNS)} {wording.visible(one.row['note']).rstrip('.')}."
        for one in found[:NAMED]
    )


def title(spendings: Sequence[Spending]) -> str:
    """Who overthinks; where nobody does, who spends the largest share on easy prompts."""
    over = [wording.shortened(one.name, NAME_COLUMNS) for one in spendings if one.overthinks]
    known = [one for one in spendings if one.easy]
    where = "on prompts everyone gets right"
    if over:
        who = (
            wording.listed(over)
            if len(over) <= NAMED
            else f"{numbers.count(len(over))} of {numbers.count(len(spendings))} models"
        )
        verb = "overthinks" if len(over) == 1 else "overthink"
        return f"{who} {verb}: more than twice the tokens of the others {where}"
    if not known:
        return "Not enough yet to say how much effort goes into prompts everyone gets right"
    first, easy = known[0], known[0].easy
    most = numbers.percent(easy.estimate if easy else 0.0, 0)
    name = wording.shortened(first.name, NAME_COLUMNS)
    if len(spendings) == 1:
        return f"{name} spends {most} of its tokens {where}"
    return f"No model overthinks by the rule; {name} spends the largest share {where}, {most}"
