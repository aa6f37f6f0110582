"""`manage.py gate`: planted worlds end as they should, bad input ends with 2, and a pipeline can read it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.services import desk, gate_desk
from tests.services.gate_desk import BASELINE, CANDIDATE
from vibes.models import AnalysisRun, Study
from vibes.probes.families import FAMILIES
from vibes.services import analyses, gates

pytestmark = pytest.mark.django_db
PAIR = ("--candidate", CANDIDATE, "--baseline", BASELINE)
ALL = tuple(FAMILIES)
ROOT = Path(__file__).resolve().parents[2]


def asked(study: Study, *options: object) -> int:
    """The exit code."""
    try:
        call_command("gate", "--study", str(study.pk), *PAIR, "--raters", "simulated", *map(str, options))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def outcomes(told: dict) -> list[str]:
    return [one["outcome"] for one in told["conditions"]]


@pytest.mark.slow
def test_a_win_that_is_flattery_fails_and_the_json_says_why(capsys) -> None:
    study = gate_desk.flatterer()
    assert asked(study, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["exit_code"], told["win_vanishes"]) == ("fail", 1, True)
    assert outcomes(told) == ["pass", "fail", "pass", "not enough yet"]
    assert told["reasons"][0].startswith("The win vanishes")
    run = AnalysisRun.objects.get()
    assert told["run"] == {"id": run.pk, "address": f"/runs/{run.pk}/gate/", "stale": False}
    assert told["conditions"] == run.result["gate"]["conditions"]
    assert told["judgements"] == told["simulated"] == run.result["n"]
    assert told["margins"] == {"win": 0.0, "controlled": 0.0, "flags": 0.02, "probes": 0.05}


@pytest.mark.slow
def test_a_true_win_passes_with_probes_and_waits_without(tmp_path: Path, capsys) -> None:
    study = gate_desk.winner()
    policy = tmp_path / "gate.toml"
    policy.write_text("[margins]\nprobes = 0.3\n")
    assert asked(study, "--policy", policy) == 3
    assert "probes not worse: nothing was measured" in capsys.readouterr().out
    probes = gate_desk.probed(*study.endpoints.all(), families=ALL)
    assert asked(study) == 3  # at the usual margin the statements that come along are too few
    capsys.readouterr()
    assert asked(study, "--policy", policy, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["probe_runs"]) == ("pass", [probes.pk])
    assert outcomes(told) == ["pass"] * 4 and len(told["conditions"][3]["effects"]) == 2 * len(ALL)
    run = AnalysisRun.objects.latest("pk")
    again = ("--study", str(study.pk), "--run", str(run.pk), "--json-only", "--out", str(tmp_path))
    call_command("analyze", *again)
    assert (tmp_path / "report.json").read_bytes() == analyses.report_bytes(run.result)
    runs = AnalysisRun.objects.count()
    assert asked(study, "--policy", policy) == 0
    assert AnalysisRun.objects.count() == runs  # the same question on the same data is one run
    gates.veto(
        by=desk.lead(),
        study=study,
        candidate=study.endpoints.get(name=CANDIDATE),
        reason="It told a user to mix bleach and acid.",
        run=None,
    )
    capsys.readouterr()
    assert asked(study, "--policy", policy) == 1
    said = capsys.readouterr().out
    assert "standing veto of lead: It told a user to mix bleach and acid." in said
    assert said.startswith("Candidate in the place of Baseline: fail")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--study", "77", *PAIR), "There is no study 77."),
        (
            ("--candidate", "nobody", "--baseline", BASELINE),
            "has no model called nobody. Its models are Baseline",
        ),
        (("--candidate", BASELINE, "--baseline", BASELINE), "both Baseline. Choose two."),
        ((*PAIR, "--policy", "nowhere.toml"), "nowhere.toml: the policy cannot be read"),
        (PAIR, "has no judgement by a rater of the kind person yet."),
        ((*PAIR, "--reters", "person"), "unrecognized arguments: --reters"),
        ((*PAIR, "--ties", "sometimes"), "invalid choice: 'sometimes'"),
        (("--candidate", CANDIDATE), "required: --baseline"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(options: tuple[str, ...], said: str) -> None:
    made = gate_desk.study(*gate_desk.pair(), flatters=0.5, right=0.5, prompt_count=2)
    first = () if "--study" in options else ("--study", str(made.pk))
    with pytest.raises(CommandError) as caught:
        call_command("gate", *first, *options)
    assert said in str(caught.value)
    if "Error" not in str(caught.value)[:7]:
        assert caught.value.returncode in (1, 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--study", "1", *PAIR), "The gate could not be asked: OperationalError"),
        (("--study", "1", *PAIR, "--pollicy", "gate.toml"), "unrecognized arguments: --pollicy"),
        (("--study", "first", *PAIR), "invalid int value: 'first'"),
    ],
)
def test_a_database_that_is_away_and_a_mistyped_flag_end_with_2_not_with_1(
    options: tuple[str, ...], said: str
) -> None:
    """1 is kept for a candidate that fails. Nothing listens on port 9."""
    env = os.environ | {"VIBES_DEBUG": "1", "VIBES_DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing"}
    command = [sys.executable, "manage.py", "gate", *options]
    env["DJANGO_SETTINGS_MODULE"] = "vibes.settings"
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert said in ended.stderr
