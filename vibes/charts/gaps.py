"""What a report does not know yet, each with the reason: the list that stands beside every finding."""

from collections.abc import Iterator

from vibes.charts import formatting, numbers, tiebreak, wording
from vibes.charts.standings import info as standings
from vibes.stats.results import Effect, Report

Gap = tuple[str, str]


def gaps(report: Report) -> list[Gap]:
    """(what is missing, why), in the order of the page."""
    return [*models(report), *panels(report), *factors(report), *described(report), *gate(report)]


def models(report: Report) -> Iterator[Gap]:
    for line in standings(report).waiting:
        yield line.name, line.waiting


def panels(report: Report) -> Iterator[Gap]:
    told = tiebreak.info(report)
    for panel in told.panels:
        yield from missing(panel.key, panel.effect)
    if told.word == "not enough yet":
        yield "Tiebreak finding", told.note


def factors(report: Report) -> Iterator[Gap]:
    told = formatting.info(report)
    for one in (*told.factors, *told.positions):
        yield from missing(one.label, one.effect)


def described(report: Report) -> Iterator[Gap]:
    agreement, described = report["agreement"], report["describe"]
    yield from missing("Agreement, nominal", agreement["alpha_nominal"])
    yield from missing("Agreement, ordinal", agreement["alpha_ordinal"])
    yield from missing("Left side among decisive votes", described["left_given_decisive"])
    for name, effect in described["longer_wins"].items():
        yield from missing(f"Longer answer wins, {wording.visible(name)}", effect)


def gate(report: Report) -> Iterator[Gap]:
    found = report.get("gate")
    for condition in found["conditions"] if found else ():
        name = f"Gate, {condition['name']}"
        if not condition["effects"]:
            yield name, "nothing was measured"
        for part, effect in condition["effects"].items():
            of = "" if part == condition["name"] else f", {wording.visible(part)}"
            yield from missing(f"{name}{of}", effect)


def missing(name: str, effect: Effect) -> Iterator[Gap]:
    if numbers.measured(effect) is None:
        yield name, wording.gap(effect)
