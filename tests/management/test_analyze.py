"""`manage.py analyze`: files in, reports out; bad input ends with 2 and a sentence that names the place and the mend."""

import json
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from tests.services import desk
from vibes.models import AnalysisRun
from vibes.services import analyses

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SCHEMA = json.loads((EXAMPLES.parent / "report.schema.json").read_text())
HEADER = "prompt_id,rater,model_a,model_b,verdict\n"
pytestmark = pytest.mark.django_db


def analyze(path: Path, *options: object) -> None:
    call_command("analyze", str(path), *map(str, options))


@pytest.mark.parametrize("name", ["judgements.csv", pytest.param("judgements.jsonl", marks=pytest.mark.slow)])
def test_the_example_gives_a_valid_report_and_a_page(name: str, tmp_path: Path, capsys) -> None:
    analyze(EXAMPLES / name, "--out", tmp_path, "--raters", "simulated")
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, SCHEMA)
    assert report["n"] == report["simulated"] > 200
    page = (tmp_path / "report.html").read_text()
    assert "SIMULATED" in page
    printed = capsys.readouterr().out
    assert "Position" in printed
    assert str(tmp_path / "report.json") in printed


@pytest.mark.slow
def test_csv_and_jsonl_of_the_same_votes_give_the_same_numbers(tmp_path: Path) -> None:
    reports = []
    for name in ("judgements.csv", "judgements.jsonl"):
        analyze(EXAMPLES / name, "--out", tmp_path / name, "--raters", "simulated", "--json-only")
        report = json.loads((tmp_path / name / "report.json").read_text())
        reports.append({key: value for key, value in report.items() if key != "data_fingerprint"})
        assert not (tmp_path / name / "report.html").exists()
    assert reports[0] == reports[1]


@pytest.mark.slow
def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        analyze(
            EXAMPLES / "judgements.csv", "--out", tmp_path / folder, "--raters", "simulated", "--json-only"
        )
    assert (tmp_path / "one" / "report.json").read_bytes() == (tmp_path / "two" / "report.json").read_bytes()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("prompt_id,rater,model_a,model_b,winner\np,r,x,y,a\n", ["verdict", "winner"]),
        (HEADER + "p,r,x,y,left\n", ["row 2", "verdict", "left", "a, b, tie, both_bad"]),
        (HEADER, ["no judgements", "votes.csv"]),
        ("", []),
        (HEADER + "p,r,x,x,a\n", ["model"]),
        (HEADER + "p,r,x,y,a\np,r,x\n", ["row 3"]),
    ],
)
def test_bad_input_ends_with_2_and_names_the_place(body: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(body)
    with pytest.raises(CommandError) as caught:
        analyze(path, "--out", tmp_path / "out")
    assert caught.value.returncode == 2
    for words in said:
        assert words in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "nowhere.csv"),
        ([], "path or --study"),
        (["--study", "99"], "no study 99"),
        (["x.csv", "--where", "nonsense"], "nonsense"),
        (["x.csv", "--run", "3"], "--run"),
        (["x.csv", "--planned", "0"], "planned is 0"),
        (["x.csv", "--samples", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_bad_arguments_end_with_2(arguments: list[str], said: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text(HEADER + "p,r,x,y,a\n")
    with pytest.raises(CommandError) as caught:
        call_command("analyze", *arguments)
    assert caught.value.returncode == 2
    assert said in str(caught.value)


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="could not be written"):
        analyze(EXAMPLES / "judgements.csv", "--out", tmp_path / "file", "--raters", "simulated")


@pytest.mark.slow
def test_a_run_is_reproduced_to_the_byte(tmp_path: Path) -> None:
    study = desk.answered(3)
    desk.simulate(study, size=4, each=10)
    run = analyses.find_or_create(
        by=desk.lead(), study=study, specification=analyses.specified(ties="half", rater_kinds=["simulated"])
    )
    done = analyses.compute(run_id=run.pk)
    assert done.state == AnalysisRun.State.DONE, done.error
    call_command("analyze", "--study", study.pk, "--run", run.pk, "--out", str(tmp_path), "--json-only")
    assert (tmp_path / "report.json").read_bytes() == analyses.report_bytes(done.result)


@pytest.mark.slow
def test_two_endpoints_that_claim_to_be_one_model_are_compared(tmp_path: Path, capsys) -> None:
    asked = ("--raters", "simulated", "--json-only", "--out", tmp_path)
    analyze(EXAMPLES / "judgements.csv", *asked, "--same", "amber-7b", "basalt-9b")
    (found,) = json.loads((tmp_path / "report.json").read_text())["namesakes"]
    assert found["prompts"] == 20
    assert "Same name, two models" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no model is called nobody") as caught:
        analyze(EXAMPLES / "judgements.csv", *asked, "--same", "amber-7b", "nobody")
    assert caught.value.returncode == 2
