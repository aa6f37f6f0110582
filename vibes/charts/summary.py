"""A report in words: sentences for the overview of a page, and the plain text that `manage.py analyze` prints."""

from collections.abc import Iterator

from vibes.charts import formatting, leaderboard, numbers, overview, tiebreak, wording
from vibes.charts.card import CHARTS, drawn
from vibes.charts.gaps import gaps
from vibes.charts.table import Table
from vibes.stats.results import Effect, Report

Line = tuple[str, str]
TEXT_COLUMNS = 110
NOT_IN_A_TERMINAL = (
    "gate",
    "tiebreak-curve",
    "arms",
    "traits",
    "wins",
    "susceptibility",
    "agreement",
    "power",
    "overoptimisation",
    "vibe-profile",
    "win",
    "lengths",
    "exchange",
    "formatting-win",
)
"""Tables of hundreds of rows or of more columns than a terminal has; what they say stands in the lines above."""


def summary(report: Report) -> list[Line]:
    """(label, sentence) pairs, each with the numbers, n and intervals that it needs to stand alone."""
    return [
        ("Votes", ", ".join([*wording.footer(report), *planted(report)]) + "."),
        ("Verdicts", verdicts(report)),
        ("Leaderboard", leaderboard_words(report)),
        *overview.findings(report),
        *([("Tiebreak", tiebreak_words(report))] if tiebreak.drawn(report) else []),
        ("Formatting", f"{formatting.info(report).title}."),
        ("Position", position(report)),
        ("Agreement", agreement(report)),
        ("Length", length(report)),
        ("Ties by rater", tie_rates(report)),
        ("Fit", fit(report)),
        *overview.lines(report),
        *left_out(report),
        *(("Warning", wording.sentence(wording.visible(warning))) for warning in report["warnings"]),
    ]


def planted(report: Report) -> list[str]:
    found = report["left_out"].get("planted_cue", 0)
    return [f"beside them {wording.judgements(found)} of answers with a planted cue"] if found else []


def verdicts(report: Report) -> str:
    counts = report["verdicts"]
    pairs = (("A", counts["a"]), ("B", counts["b"]), ("tie", counts["tie"]), ("both bad", counts["both_bad"]))
    total = sum(number for _, number in pairs)
    if not total:
        return "No judgements yet."
    said = [f"{label} {numbers.percent(number / total)} ({numbers.count(number)})" for label, number in pairs]
    return wording.listed(said) + "."


def leaderboard_words(report: Report) -> str:
    told = leaderboard.info(report)
    return f"{told.title}. {told.controlled}".rstrip()


def tiebreak_words(report: Report) -> str:
    told = tiebreak.info(report)
    each = [
        f"{panel.key} {panel.dot.text or wording.gap(panel.effect)}, {panel.under}." for panel in told.panels
    ]
    return " ".join([f"{told.title}.", *each, f"Finding: {told.word}. {told.note}"])


def position(report: Report) -> str:
    left = report["describe"]["left_given_decisive"]
    modelled = [one.dot.hover for one in formatting.info(report).positions]
    first = wording.upper_first(formatting.side(left).who)
    known = numbers.measured(left)
    raw = (
        f"{first} wins {wording.worded(left)} of decisive votes, {counted(left)}."
        if known
        else f"{first}: {wording.worded(left)}."
    )
    return " ".join([raw, *modelled])


def counted(effect: Effect) -> str:
    return f"n = {numbers.count(effect['n'])}"


def agreement(report: Report) -> str:
    both = report["agreement"]
    nominal, ordinal = both["alpha_nominal"], both["alpha_ordinal"]
    return f"Krippendorff's alpha: nominal {wording.worded(nominal)}, ordinal {wording.worded(ordinal)}; {counted(nominal)}."


def length(report: Report) -> str:
    found = report["describe"]["longer_wins"]
    if not report["n"]:
        return "No judgements yet."
    if not found:
        return "The votes came without the answers' text."
    said = [
        f"{'all prompts' if name == 'all' else wording.visible(name)} {wording.worded(one)}, {counted(one)}"
        for name, one in found.items()
    ]
    return f"The longer answer wins a decisive vote: {'; '.join(said)}."


def tie_rates(report: Report) -> str:
    rates = report["describe"]["tie_rate_per_rater"]
    if not rates["raters"]:
        return "No raters yet."
    low, middle, high = (numbers.percent(rates[key], 0) for key in ("min", "median", "max"))
    return f"From {low} to {high}, median {middle}, over {wording.plural(rates['raters'], 'rater')}."


def fit(report: Report) -> str:
    told = report["fit"]
    rule = f"{wording.upper_first(wording.tie_rule(report))}, {wording.plural(told['rows'], 'row')}"
    if told["holdout_accuracy"] is None or told["holdout_log_loss"] is None:
        return f"{rule}; too few raters to hold some out."
    accuracy, loss = numbers.percent(told["holdout_accuracy"]), numbers.decimal(told["holdout_log_loss"], 3)
    return f"{rule}; on raters held out, {accuracy} of verdicts foretold, log loss {loss}."


def left_out(report: Report) -> Iterator[Line]:
    if counts := {name: number for name, number in report["left_out"].items() if number}:
        said = [
            f"{wording.visible(name).replace('_', ' ')} {numbers.count(number)}"
            for name, number in counts.items()
        ]
        yield "Left out", f"{wording.listed(said)}."


def text(report: Report, run_label: str = "") -> str:
    """The whole report as aligned plain text, for a terminal."""
    parts = [simulated_banner(report), aligned_lines(summary(report), run_label)]
    parts += [
        f"{chart.NAME.upper()}\n{aligned(chart.table(report))}"
        for chart in map(CHARTS.__getitem__, drawn(report))
        if chart.NAME not in NOT_IN_A_TERMINAL
    ]
    if missing := gaps(report):
        parts.append("NOT ENOUGH YET\n" + aligned_lines(missing))
    parts.append(aligned_lines(provenance(report)))
    return "\n\n".join(part for part in parts if part) + "\n"


def simulated_banner(report: Report) -> str:
    return f"*** {wording.WATERMARK}: {wording.source(report)} ***" if report["simulated"] else ""


def provenance(report: Report) -> list[Line]:
    """What is needed to get the same numbers again."""
    rules = report["specification"]
    return [
        (
            "Rules",
            f"{wording.tie_rule(report)}; {wording.BOTH_BAD_RULES.get(rules['both_bad'], rules['both_bad'])}",
        ),
        ("Filter", "; ".join(wording.filters(report)) or "none"),
        ("Seed", str(report["seed"])),
        ("Code", wording.visible(report["code_version"])),
        ("Data", wording.visible(report["data_fingerprint"])),
    ]


def aligned_lines(lines: list[Line], *first: str) -> str:
    """Labels in one column, sentences folded in the next."""
    wide = min(30, max((wording.width(label) for label, _ in lines), default=0)) + 2
    out = [line for line in first if line]
    for label, said in lines:
        head, *rest = wording.lines(said, TEXT_COLUMNS - wide)
        out.append(
            padded(label, wide) + head if wording.width(label) < wide else f"{label}\n{' ' * wide}{head}"
        )
        out += [" " * wide + line for line in rest]
    return "\n".join(out)


def aligned(table: Table) -> str:
    """The table with its columns aligned: numbers right, words left."""
    heads = [column.label for column in table.columns]
    rows = [[cell.text for cell in row] for row in table.rows]
    widths = [max(map(wording.width, column)) for column in zip(heads, *rows, strict=True)]
    numeric = [column.numeric for column in table.columns]
    return "\n".join(line(row, widths, numeric) for row in (heads, *rows))


def line(row: list[str], widths: list[int], numeric: list[bool]) -> str:
    cells = [padded(text, wide, right=right) for text, wide, right in zip(row, widths, numeric, strict=True)]
    return "  ".join(cells).rstrip()


def padded(text: str, wide: int, *, right: bool = False) -> str:
    space = " " * max(0, wide - wording.width(text))
    return space + text if right else text + space
