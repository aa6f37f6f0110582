"""Words that several charts share: names made safe to look at, lists, tie rules, kinds, states, footers."""

import html
import re
import textwrap
import unicodedata
from collections.abc import Sequence

from vibes.charts import numbers
from vibes.stats.results import Effect, Kind, Report, State

TIE_RULES = {
    "ordinal": "ties: personal thresholds",
    "davidson": "ties: Davidson",
    "half": "ties: half a win each",
}
BOTH_BAD_RULES = {"out": "both bad: left out", "tie": "both bad: counted as a tie"}
RATER_KINDS = {"person": "people", "machine": "machine judges", "simulated": "simulated raters"}
KINDS: dict[Kind, str] = {
    "randomised": "randomised",
    "independent": "independent",
    "observational": "observational",
}
STATES: dict[State, str] = {
    "ok": "",
    "not_enough": "not enough yet",
    "not_rated": "not rated",
    "not_identified": "not identified",
    "not_converged": "not converged",
}
WATERMARK = "SIMULATED DATA"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# After a name, so that a number beside one that reads from the right stays where it was put.
END_OF_NAME = "\N{LEFT-TO-RIGHT MARK}"
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    """Text from data with control, bidirectional and zero-width characters spelled out, so that none can hide."""
    return HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def width(text: str) -> int:
    """Columns that the text takes in a fixed-width font: wide East Asian characters take two."""
    return sum(columns(character) for character in text)


def columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, limit: int) -> str:
    """At most `limit` columns; the middle goes, since model names differ at both ends."""
    if width(text) <= limit:
        return text
    head = cut(text, (limit - 1) // 2)
    tail = cut(text[::-1], limit - 1 - width(head))[::-1]
    return f"{head}{ELLIPSIS}{tail}"


def lower_first(label: str) -> str:
    """A label inside a sentence; one that begins with an abbreviation stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def quoted(name: str, limit: int) -> str:
    """A name inside a sentence: in quotation marks, shortened to `limit` columns."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{shortened(name, limit)}\N{RIGHT DOUBLE QUOTATION MARK}"


def clipped(text: str, limit: int) -> str:
    """At most `limit` columns of a sentence; its end goes."""
    return text if width(text) <= limit else f"{cut(text, limit - 1).rstrip()}{ELLIPSIS}"


def cut(text: str, limit: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += columns(character)
        if used > limit:
            return text[:position]
    return text


def markup(text: str) -> str:
    """Text for a plotly figure, whose labels read a few HTML tags: nothing in it is one."""
    return html.escape(text, quote=False)


def folded(text: str, columns_a_line: int) -> str:
    """Escaped text for a plotly figure, broken into lines: plotly breaks none by itself."""
    return broken(lines(text, columns_a_line))


def broken(parts: Sequence[str]) -> str:
    return "<br>".join(map(markup, parts))


def lines(text: str, columns_a_line: int) -> list[str]:
    return textwrap.wrap(text, columns_a_line) or [""]


def balanced(text: str, columns_a_line: int) -> list[str]:
    """As few lines as `lines` makes, but of even length: no single word is left for the last one."""
    fewest = len(lines(text, columns_a_line))
    tighter = (
        found
        for size in range(len(text) // fewest, columns_a_line)
        if len(found := lines(text, max(1, size))) == fewest
    )
    return next(tighter, lines(text, columns_a_line))


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def plural(number: float, one: str, many: str | None = None) -> str:
    return f"{numbers.count(number)} {one if number == 1 else many or one + 's'}"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """A note as a sentence: a capital first, a full stop last."""
    return upper_first(text.strip().rstrip(".")) + "."


def judgements(number: float) -> str:
    return plural(number, "judgement")


def rater_count(report: Report) -> str:
    """ "124 raters (88 effective)": how many gave votes, and how many even shares those votes amount to."""
    if not report["raters"]:
        return "no raters"
    return f"{plural(report['raters'], 'rater')} ({numbers.raters(report['effective_raters'])} effective)"


def tie_rule(report: Report) -> str:
    return TIE_RULES.get(report["specification"]["ties"], f"ties: {visible(report['specification']['ties'])}")


def rater_kinds(report: Report) -> str:
    return listed([RATER_KINDS.get(kind, visible(kind)) for kind in report["specification"]["rater_kinds"]])


def source(report: Report) -> str:
    """Whose votes these are; where some are simulated, how many."""
    if not report["simulated"]:
        return f"votes of {rater_kinds(report)}"
    return f"{numbers.count(report['simulated'])} of {judgements(every(report))} are simulated"


def every(report: Report) -> int:
    """All judgements that a figure of the report may rest on: those of planted variants stand beside the `n`."""
    return report["n"] + report["left_out"].get("planted_cue", 0)


def filters(report: Report) -> tuple[str, ...]:
    where = report["specification"]["where"]
    return (f"only {visible(', '.join(where))}",) if where else ()


def footer(report: Report) -> tuple[str, ...]:
    """What stands under every figure: n, raters, tie rule, whose votes, filter. The run comes last, from the card."""
    strict = ("errors: CR3",) if report["specification"].get("errors") == "cr3" else ()
    return (
        judgements(report["n"]),
        rater_count(report),
        tie_rule(report),
        source(report),
        *strict,
        *filters(report),
    )


def worded(effect: Effect) -> str:
    """The estimate with its interval, or why there is none."""
    if numbers.measured(effect) is None:
        return gap(effect)
    return f"{numbers.estimate_text(effect)} ({numbers.interval_text(effect)})"


def gap(effect: Effect) -> str:
    """That an effect shows no number, and why."""
    return f"{state(effect)}: {why(effect)}"


def state(effect: Effect) -> str:
    return STATES[effect["state"]] or "no interval"


def why(effect: Effect) -> str:
    return visible(effect.get("note") or thin(effect)).rstrip(".")


def brief(effect: Effect) -> str:
    """Why, in the few words that a phone has room for."""
    effective = effect["effective_raters"]
    if effect["n"] and effect["state"] == "not_enough" and effective is not None:
        return f"{numbers.raters(effective)} effective raters"
    return clipped(why(effect), 36)


def thin(effect: Effect) -> str:
    if not effect["n"]:
        return "no votes bear on it"
    effective = effect["effective_raters"]
    by = "" if effective is None else f" by {numbers.raters(effective)} effective raters"
    return f"{plural(effect['n'], 'vote')}{by}"
