"""report.html: one file that holds the report, its figures and the code that draws them, and asks no network for more.

A meta Content-Security-Policy allows its own scripts and styles by hash and nothing else, so text that comes from
data stays text even if an escape were forgotten.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from string import Template

from vibes.charts import finding, leaderboard, wording
from vibes.charts.card import Card, cards
from vibes.charts.gaps import gaps
from vibes.charts.summary import provenance, summary
from vibes.charts.table import Cell
from vibes.stats.results import Report

HERE = Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "static"
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
# plotly's bundle adds the styles of its maps to the page unless an element with this id is there already.
MAP_STYLES_ID = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"


def render_html(report: Report, title: str, run_label: str, made: Sequence[Card] | None = None) -> str:
    """The whole page as one string. `title` and `run_label` are plain text, like every name in the report. `made`: its cards, where
    they have been drawn before."""
    made = cards(report, run_label) if made is None else made
    found = finding.told(report)
    style = "\n".join([tokens(), asset(HERE / "report.css"), asset(STATIC / "css" / "charts.css")])
    plotly, charts = asset(vendored("plotly-basic.min.js")), asset(STATIC / "js" / "charts.js")
    plotly_style = asset(vendored("plotly.css"))
    return page("report.html.tmpl").substitute(
        policy=policy([plotly, charts], [style, plotly_style]),
        map_styles_id=MAP_STYLES_ID,
        title=text(title),
        style=style,
        plotly_style=plotly_style,
        run_line=text(" · ".join([run_label, *wording.footer(report)[:2]])),
        simulated=simulated(report),
        word=text(found.word),
        finding=text(found.title),
        lede=lede(report, found),
        summary=facts(summary(report)),
        cards="\n".join(card_html(card) for card in made),
        gaps=facts_or(gaps(report), "Nothing: every number of this report has its interval."),
        provenance=facts(provenance(report)),
        payloads="\n".join(json_script(card) for card in made),
        plotly=plotly,
        charts=charts,
    )


@lru_cache(maxsize=8)
def asset(path: Path) -> str:
    """A file of the page as text. Line ends are the browser's, since it hashes what it has parsed."""
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def tokens() -> str:
    """The design tokens without their fonts, which would be a request: the reader's own font stands in."""
    return FONT_FACE.sub("", asset(STATIC / "css" / "tokens.css"))


def vendored(name: str) -> Path:
    return STATIC / "vendor" / "plotly" / name


def page(name: str) -> Template:
    return Template(asset(HERE / name))


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Only these scripts and styles, pictures that the page makes itself, and no connection anywhere."""
    parts = [
        "default-src 'none'",
        f"script-src {' '.join(map(digest, scripts))}",
        f"style-src {' '.join(map(digest, styles))}",
        "img-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def text(value: str) -> str:
    return html.escape(wording.visible(value))


def simulated(report: Report) -> str:
    if not report["simulated"]:
        return ""
    return f'<p class="figure-simulated"><b>{wording.WATERMARK}: {text(wording.source(report))}</b></p>'


def lede(report: Report, told: finding.Told) -> str:
    board = leaderboard.info(report)
    said = [told.note, f"{board.title}."]
    return "".join(f"<p>{text(one)}</p>" for one in said)


def facts(lines: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{text(label)}</dt><dd>{text(said)}</dd>" for label, said in lines)


def facts_or(lines: list[tuple[str, str]], otherwise: str) -> str:
    return f'<dl class="facts">{facts(lines)}</dl>' if lines else f"<p>{text(otherwise)}</p>"


def card_html(card: Card) -> str:
    return page("report_card.html.tmpl").substitute(
        name=card.name,
        figure_id=card.figure_id,
        title=text(card.title),
        subtitle=text(card.subtitle),
        notes="".join(f"<li>{text(note)}</li>" for note in card.notes),
        columns="".join(heading(Cell(column.label, column.numeric)) for column in card.table.columns),
        rows="".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in card.table.rows),
        footer="".join(f"<span>{text(part)}</span>" for part in card.footer),
    )


def heading(found: Cell) -> str:
    return f'<th scope="col"{numeric(found)}>{text(found.text)}</th>'


def cell(found: Cell) -> str:
    return f"<td{numeric(found)}><bdi>{text(found.text)}</bdi></td>"


def numeric(found: Cell) -> str:
    return ' class="n"' if found.numeric else ""


def json_script(card: Card) -> str:
    """The payload as a data block: no character in it can end the block or begin a tag."""
    data = json.dumps(card.payload, allow_nan=False)
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{card.figure_id}">{data}</script>'
