"""No number on a page that is not in report.json of its run: of every figure the CSV to the last digit, of every table each
cell, of the sentences each number as it is rounded."""

import csv
import io
import json
import math
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.services import desk
from vibes.charts.chapters import CHAPTERS
from vibes.models import AnalysisRun

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "charts"))

from sample_report import full

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"(?<![\w.\-])[\u2212+]?\d[\d,]*(?:\.\d+)?")
# Shares are shown in per cent; a strength as it is.
SHOWN = (1.0, 100.0)
# Words in which a digit is no number of the run.
WORDS = re.compile(
    r"T1a\*|T1a|T1b|T[0-2]|CR[13]|0\.1\.0\+\w+|sha256:\w+|model-\d+|run \d+|w\d\d|\u03b2_far|95[\u00a0 ]%|k8s|k=v|100 decisive|0\.25|et al|Hilton \d{4}|\d+ [A-Z][a-z]{2} \d{4}"
)
# Constants of the method, which stand in sentences: one half, levels, the least number of raters, the average strength.
METHOD = {0.0, 1.0, 2.0, 10.0, 50.0, 80.0, 95.0, 100.0, 1000.0}


class Page(HTMLParser):
    """The cards of a page: payloads by figure, rows of cells; and the sentences beside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.payloads: dict[str, Any] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.said: list[str] = []
        self._figure, self._id, self._cell, self._inside = "", "", False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "figure":
            self._figure = found["id"] or ""
            self.tables[self._figure] = []
        elif tag == "script":
            self._id = found.get("id") or ""
            self._inside = "script"
        elif tag == "tr" and self._figure:
            self.tables[self._figure].append([])
        elif tag == "td" and self._figure:
            self.tables[self._figure][-1].append("")
            self._cell = True
        elif tag in ("h1", "h2", "dd", "li"):
            self._inside = tag
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "figure":
            self._figure = ""
        if tag == "td":
            self._cell = False
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and self._id.startswith("figure-"):
            self.payloads[self._id.removeprefix("figure-")] = json.loads(data)
        elif self._cell:
            self.tables[self._figure][-1][-1] += data
        elif self._inside and self._inside != "script":
            self.said[-1] += data


def every_number(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        yield from (number for one in value.values() for number in every_number(one))
    elif isinstance(value, list):
        yield float(len(value))
        yield from (number for one in value for number in every_number(one))
    elif isinstance(value, int | float):
        yield float(value)


def read(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("+", "").replace(",", ""))


def is_shown(text: str, numbers: set[float]) -> bool:
    """Whether one of the numbers, as it is or in per cent, is rounded to this."""
    value, digits = read(text), len(text.partition(".")[2])
    half = 0.5 * 10.0**-digits * (1 + 1e-9)
    return any(abs(abs(number * scale) - abs(value)) <= half for number in numbers for scale in SHOWN)


@pytest.fixture
def run(client: Client) -> AnalysisRun:
    """A run of simulated votes on real pipelines, its report then as rich as one can be."""
    client.force_login(desk.lead())
    study = desk.answered()
    desk.simulate(study, size=2, each=4)
    client.get(reverse("results", args=[study.pk]), {"raters": "simulated"})
    made = AnalysisRun.objects.get()
    made.pk, made.result = None, full(data_fingerprint="other")
    made.save()
    return made


def exact(row: list[str]) -> set[float]:
    """The numbers of a row of the CSV, which has at its end the run and how many votes are simulated."""
    return {float(cell) for cell in row[:-2] if is_number(cell)}


def in_row(row: list[str], numbers: set[float]) -> set[float]:
    """What the cells beside a row of the CSV may say: its numbers, those in its words, counts of the report."""
    words = {read(text) for cell in row for text in NUMBER.findall(cell)}
    return exact(row) | words | {number for number in numbers if number.is_integer() and number < 1000}


def check(page: Page, report: Any) -> None:
    numbers = set(every_number(report))
    assert set(page.payloads) == set(page.tables)
    assert page.payloads
    for name, payload in page.payloads.items():
        rows = list(csv.reader(io.StringIO(payload["csv"])))[1:]
        cells = [row for row in page.tables[name] if row]
        assert 0 < len(cells) <= len(rows)
        for row in rows:
            assert exact(row) <= numbers, (name, row, exact(row) - numbers)
        for shown in cells:
            told = NUMBER.findall(WORDS.sub(" ", " ".join(shown)))
            assert any(all(is_shown(text, in_row(row, numbers)) for text in told) for row in rows), (
                name,
                shown,
            )


def looked_at(client: Client, run: AnalysisRun, slug: str) -> tuple[Page, Any]:
    report = json.loads(client.get(reverse("run_json", args=[run.pk])).content)
    return Page(client.get(reverse("run_page", args=[run.pk, slug])).content.decode()), report


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_number_of_a_figure_is_one_of_the_report(client: Client, run: AnalysisRun, slug: str) -> None:
    check(*looked_at(client, run, slug))


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_number_in_a_sentence_is_one_of_the_report(client: Client, run: AnalysisRun, slug: str) -> None:
    page, report = looked_at(client, run, slug)
    verdicts = report["verdicts"].values()
    numbers = set(every_number(report)) | METHOD | {count / sum(verdicts) for count in verdicts}
    told = [text for said in page.said for text in NUMBER.findall(WORDS.sub(" ", said))]
    assert told
    strange = [text for text in told if not is_shown(text, numbers)]
    assert not strange


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def test_the_walk_sees_what_is_not_in_the_report(client: Client, run: AnalysisRun) -> None:
    """The test's own test: a digit of the report, a digit of a cell, a cell in the row of another."""
    page, report = looked_at(client, run, "leaderboard")
    payload, page_low = page.payloads["leaderboard"], page.tables["leaderboard"][1][3]
    payload["csv"] = payload["csv"].replace("1120", "1121.5", 1)
    with pytest.raises(AssertionError):
        check(page, report)
    page, report = looked_at(client, run, "leaderboard")
    page.tables["leaderboard"][1][3] = page_low.replace("9", "8")
    with pytest.raises(AssertionError):
        check(page, report)
    page, report = looked_at(client, run, "leaderboard")
    first, second = page.tables["leaderboard"][1:3]
    first[3], second[3] = second[3], first[3]
    with pytest.raises(AssertionError):
        check(page, report)
