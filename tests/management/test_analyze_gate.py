"""`manage.py analyze --gate`: the gate in the report, in the text and on the page; policies that are refused by name."""

import json
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from vibes.datasets.errors import DatasetError
from vibes.datasets.policy_files import read_policy
from vibes.services import computing
from vibes.stats.gate import RANGES, Margins
from vibes.stats.report import Specification

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "report.schema.json").read_text())
PAIR = ("--gate", "amber-7b", "dune-1b")


def analyze(out: Path, *options: object) -> None:
    votes = str(DOCS / "examples" / "judgements.csv")
    call_command("analyze", votes, "--raters", "simulated", "--out", str(out), *map(str, options))


def policy(folder: Path, body: str) -> Path:
    path = folder / "gate.toml"
    path.write_text(body, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.django_db
def test_the_gate_stands_in_the_report_the_text_and_the_page(tmp_path: Path, capsys) -> None:
    analyze(tmp_path, *PAIR, "--policy", policy(tmp_path, "[margins]\nwin = 0.03\n"))
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, SCHEMA)
    assert report["specification"]["gate"] == ["amber-7b", "dune-1b"]
    assert report["specification"]["margins"] == {
        "win": 0.03,
        "controlled": 0.0,
        "flags": 0.02,
        "probes": 0.05,
    }
    assert report["gate"]["outcome"] == "not enough yet"
    assert "amber-7b in the place of dune-1b: not enough yet." in " ".join(capsys.readouterr().out.split())
    assert "amber-7b in the place of dune-1b: not enough yet." in (tmp_path / "report.html").read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--gate", "nobody", "dune-1b"), "no model is called nobody. The models are amber-7b"),
        (("--gate", "amber-7b", "amber-7b"), "the gate has amber-7b twice"),
        (("--policy", "gate.toml"), "--policy belongs to --gate"),
        ((*PAIR, "--policy", "nowhere.toml"), "nowhere.toml: the policy cannot be read"),
    ],
)
def test_bad_arguments_end_with_2(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        analyze(tmp_path / "out", *options)
    assert caught.value.returncode == 2
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_policy_gives_the_margins_that_it_names(tmp_path: Path) -> None:
    assert read_policy(policy(tmp_path, "[margins]\nwin = -0.01\nflags = 0\n"), RANGES) == {
        "win": -0.01,
        "flags": 0.0,
    }
    assert read_policy(policy(tmp_path, "\ufeff# nothing but the usual\n"), RANGES) == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("win = 0.1", "gate.toml: a policy has no win. Write a table [margins] alone."),
        ("margins = 3", "gate.toml: a policy has no margins"),
        ("[margins]\nwins = 0.1", "gate.toml: margins has no wins. Write win, controlled, flags or probes."),
        ("[margins]\nwin = 0.5", "margins.win is 0.5. Write a number from -0.5 to below 0.5."),
        ("[margins]\nflags = -0.1", "margins.flags is -0.1. Write a number from 0.0 to below 1.0."),
        ("[margins]\nprobes = nan", "margins.probes is nan"),
        ("[margins]\nwin = true", "margins.win is True"),
        ('[margins]\nwin = "0.1"', "margins.win is 0.1"),
        ("[margins]\nwin = [0.1]", "margins.win is [0.1]"),
        ("[margins\n", "this is not TOML"),
    ],
)
def test_a_policy_is_refused_with_its_place_and_the_mend(body: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_policy(policy(tmp_path, body), RANGES)
    assert said in str(caught.value)
    assert "Write " in str(caught.value)


@pytest.mark.slow
def test_a_policy_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_bytes(b"[margins]\nwin = \xff\n")
    with pytest.raises(DatasetError, match="this is not TOML"):
        read_policy(path, RANGES)


def test_a_frozen_run_asks_for_the_same_gate_again() -> None:
    asked = Specification(gate=("amber-7b", "dune-1b"), margins=Margins(win=0.03))
    assert computing.specification_of(json.loads(json.dumps(asked.record()))) == asked
