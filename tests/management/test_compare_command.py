"""`manage.py compare`: two reports or two runs, as text and as JSON; bad input ends with 2."""

import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.services import desk
from vibes.models import AnalysisRun
from vibes.services import analyses

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "charts"))

from sample_report import full

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """report.json of the example."""
    out = tmp_path_factory.mktemp("report")
    call_command(
        "analyze", str(EXAMPLES / "judgements.csv"), "--out", str(out), "--raters", "simulated", "--json-only"
    )
    return out / "report.json"


@pytest.fixture
def renamed(report: Path, tmp_path: Path) -> Path:
    """The same numbers by other raters."""
    found = json.loads(report.read_text())
    for row in found["raters_detail"]:
        row["rater"] = f"other-{row['rater']}"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(found | {"data_fingerprint": "sha256:other"}))
    return path


def said(capsys, *arguments: object) -> str:
    capsys.readouterr()
    call_command("compare", *map(str, arguments))
    return capsys.readouterr().out


def test_two_files_are_compared_in_words(report: Path, renamed: Path, capsys) -> None:
    text = said(capsys, report, renamed)
    assert text.startswith("*** SIMULATED DATA ***\n\nNothing moved beyond its interval between ")
    assert "perhaps the same answers" in text and "not comparable" in text
    assert "sha256:other" in text and "CODE" in text


def test_as_json_with_every_digit(report: Path, renamed: Path, capsys) -> None:
    wide = json.loads(said(capsys, report, renamed, "--json"))
    narrow = json.loads(said(capsys, report, renamed, "--json", "--independent"))
    assert narrow["shared"] == [] and wide["shared"]
    told = [
        (a, b) for a, b in zip(narrow["differences"], wide["differences"], strict=True) if a["p"] is not None
    ]
    assert told and all(a["estimate"] == b["estimate"] and a["high"] <= b["high"] for a, b in told)


def test_raters_of_one_name_are_believed_rather_than_the_option(report: Path, tmp_path: Path, capsys) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(report.read_bytes())
    found = json.loads(said(capsys, report, copy, "--json", "--independent"))
    assert found["shared"][0].endswith("raters")


def test_numbers_are_those_of_runs(report: Path, capsys) -> None:
    study = desk.study()
    runs = [
        AnalysisRun.objects.create(
            study=study,
            protocol=study.protocol,
            specification=analyses.specified(),
            data_fingerprint="judgements:1:1",
            seed=seed,
            code_version="0.1",
            state=AnalysisRun.State.DONE,
            result=full(),
        )
        for seed in (1, 2)
    ]
    assert f"between run {runs[0].pk} and run {runs[1].pk}" in said(capsys, runs[0].pk, runs[1].pk)
    assert "between run" in said(capsys, runs[0].pk, report)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "It cannot be read"),
        ("{", "It is no JSON"),
        ("[" * 100_000, "It is no JSON"),
        ("[1]", "It is no report of this version"),
        ('{"schema": 1}', "It is no report of this version"),
    ],
)
def test_what_is_no_report_ends_with_2(content: str | None, why: str, report: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError, match=why) as ended:
        call_command("compare", str(report), str(path))
    assert ended.value.returncode == 2


@pytest.mark.parametrize(("first", "second"), [("1", "01"), ("999", "998"), ("\u0663", "4")])
def test_runs_that_are_none_end_with_2(first: str, second: str) -> None:
    with pytest.raises(CommandError) as ended:
        call_command("compare", first, second)
    assert ended.value.returncode == 2
