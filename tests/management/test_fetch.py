"""`manage.py fetch`: the page's numbers and verbs in a terminal, with exit codes that a script can read."""

import io
import json
import os
import pty
import subprocess
import sys
import termios
import threading
import time
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from annotations.models import AuditEntry
from tests.journeys.running_demo import ROOT
from tests.real import ScriptedServer, database_url
from tests.services import desk
from vibes.management.commands import fetch as command
from vibes.models import Generation, Study
from vibes.queries import fetching_text

pytestmark = pytest.mark.django_db


def fetch(study: object, *options: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("fetch", str(study), *options, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def in_state(*states: str) -> Study:
    study = desk.study(prompt_count=2)
    for row, state in zip(study.generations.order_by("pk"), states, strict=True):
        Generation.objects.filter(pk=row.pk).update(state=state)
    return study


@pytest.mark.slow
@pytest.mark.parametrize(
    ("states", "code", "said"),
    [
        (("done",) * 4, 0, "All 4 answers are here"),
        (("done", "done", "done", "failed"), 1, "3 answers are here, 1 failed"),
        (("failed",) * 4, 1, "0 answers are here, 4 failed"),
        (("done", "done", "done", "cancelled"), 3, "1 cancelled"),
        (("done", "done", "done", "queued"), 0, "Answers are arriving"),
    ],
)
def test_the_exit_code_says_how_it_ended(states: tuple[str, ...], code: int, said: str) -> None:
    ended, out, _ = fetch(in_state(*states).pk)
    assert ended == code
    assert said in out
    assert "Model plain" in out


@pytest.mark.parametrize("state", ["done", "failed"])
def test_watching_ends_where_nothing_moves(state: str) -> None:
    study = in_state(*[state] * 4)
    code, out, _ = fetch(study.name, "--progress")
    assert code == (1 if state == "failed" else 0)
    assert "Model slips" not in out
    assert "Model flattering" in out


@pytest.mark.slow
def test_a_paused_study_ends_with_3_at_once() -> None:
    study = in_state("done", "done", "queued", "queued")
    code, out, err = fetch(study.pk, "--pause", "--progress")
    assert code == 3
    assert "Fetching is paused at 2 of 4 answers" in out
    assert "Paused." in err
    assert fetch(study.pk, "--pause")[2].startswith("It was not running.")
    assert fetch(study.pk, "--resume")[0] == 0
    assert fetch(study.pk, "--cancel")[0] == 3
    assert not AuditEntry.objects.filter(verb__contains="fetching", actor__isnull=False).exists()


def test_failed_and_missing_answers_are_asked_for_again() -> None:
    study = in_state("done", "failed", "failed", "cancelled")
    assert "2 failed answers asked for again." in fetch(study.pk, "--retry-failed")[2]
    assert "1 answer asked for." in fetch(study.pk, "--missing")[2]
    assert study.generations.filter(state="queued").count() == 3


@pytest.mark.slow
@pytest.mark.parametrize(("given", "kept"), [("12.5", Decimal("12.5")), ("0", Decimal(0)), ("none", None)])
def test_a_cap_is_set(given: str, kept: Decimal | None) -> None:
    study = in_state(*["done"] * 4)
    assert fetch(study.pk, "--budget", given)[0] == 0
    study.refresh_from_db()
    assert study.budget == kept


@pytest.mark.parametrize("given", ["-1", "NaN", "Infinity", "much", "100000000", ""])
def test_a_cap_that_is_none_is_bad_input(given: str) -> None:
    study = in_state(*["queued"] * 4)
    with pytest.raises(CommandError, match="write US dollars") as caught:
        fetch(study.pk, f"--budget={given}", "--pause")
    assert caught.value.returncode == 2
    study.refresh_from_db()
    assert study.paused_at is None


def test_a_study_that_is_not_there_is_bad_input_and_the_newest_are_named() -> None:
    with pytest.raises(CommandError, match="there is no study yet") as caught:
        fetch(7)
    assert caught.value.returncode == 2
    study = desk.study(prompt_count=1)
    with pytest.raises(CommandError, match=f"The newest: {study.pk} A study"):
        fetch("another")


def test_json_is_a_line_of_numbers() -> None:
    study = in_state("done", "failed", "queued", "queued")
    Generation.objects.filter(state="failed").update(error="Down.", error_kind="unreachable")
    Generation.objects.filter(state="done").update(cost=Decimal("0.00000001"))
    _, out, _ = fetch(study.pk, "--json")
    told = json.loads(out)
    assert (told["state"], told["done"], told["failed"], told["waiting"], told["total"]) == (
        "moving",
        1,
        1,
        2,
        4,
    )
    assert told["paid"] == "0.00000001"
    assert told["troubles"][0].endswith("because: Down.")


def test_a_servers_words_do_not_steer_the_terminal() -> None:
    study = in_state("done", "done", "done", "failed")
    Generation.objects.filter(state="failed").update(error="\x1b[2Jgone\x9b31m\u202e\nsecond line")
    Study.objects.update(name="A \x07study")
    study.refresh_from_db()
    _, out, _ = fetch(study.pk)
    assert "gone" in out
    assert all(line.isprintable() for line in out.splitlines())


@pytest.mark.slow
def test_the_wait_is_broken_by_a_word_on_how_to_start_a_worker() -> None:
    """No worker serves this broker: the question is asked for real, after a silence that is made short."""
    study = in_state(*["queued"] * 4)
    silence = command.Silence()
    page = command._look(study)
    assert silence.hint(page) == ""
    silence.since -= command.SILENT_SECONDS
    assert "celery -A vibes.celery worker -Q pump" in silence.hint(page)
    silence.since -= command.SILENT_SECONDS
    assert silence.hint(page) == ""


def test_no_word_of_workers_while_a_row_runs() -> None:
    study = in_state("running", "queued", "queued", "queued")
    silence = command.Silence()
    silence.since -= command.SILENT_SECONDS
    assert silence.hint(command._look(study)) == ""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_told_and_the_order_is_stored() -> None:
    study = in_state(*["failed"] * 4)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_DATABASE_URL": database_url(),
        "VIBES_BROKER_URL": "redis://127.0.0.1:9/0",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "fetch", str(study.pk), "--retry-failed"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert "check VIBES_BROKER_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert study.generations.filter(state="queued").count() == 4


@pytest.mark.slow
def test_workers_fetch_what_the_command_watches(workers: None, scripted_server: ScriptedServer) -> None:
    study = desk.study(scripted_server.base_url, prompt_count=4)
    code, out, _ = fetch(study.pk, "--progress")
    assert code == 0
    assert "All 8 answers are here" in out


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_on_a_terminal_the_block_is_drawn_in_its_place(settings) -> None:
    study = in_state(*["queued"] * 4)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 80))
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "vibes.settings",
        "VIBES_DATABASE_URL": database_url(),
        "COLUMNS": "80",
        "LINES": "30",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "fetch", str(study.pk), "--progress"],
        cwd=ROOT,
        env=environment,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    drawn = bytearray()
    reader = threading.Thread(target=_read, args=(ours, drawn))
    reader.start()
    end = time.monotonic() + 60
    while drawn.count(b"\x1b[J") < 2:
        assert time.monotonic() < end, bytes(drawn)
        time.sleep(0.1)
    Generation.objects.update(state="done")
    assert process.wait(30) == 0
    reader.join(10)
    os.close(ours)
    text = drawn.decode()
    assert "Answers are arriving" in text
    assert text.rstrip().splitlines()[-1]
    assert "All 4 answers are here" in text.rpartition("\x1b[J")[2]
    assert all(len(line) < 80 for line in text.replace("\x1b[J", "\n").splitlines())


def _read(descriptor: int, into: bytearray) -> None:
    while True:
        try:
            some = os.read(descriptor, 4096)
        except OSError:
            return
        if not some:
            return
        into += some


def test_one_line_tells_the_counts() -> None:
    study = in_state("done", "failed", "queued", "queued")
    assert fetching_text.line(command._look(study)).startswith("1 done, 1 failed, 2 to come, 0 tokens")


def test_verbs_exclude_one_another() -> None:
    with pytest.raises(CommandError):
        fetch(desk.study(prompt_count=1).pk, "--pause", "--cancel")


def test_a_study_that_is_not_there_is_told_without_steering_the_terminal() -> None:
    Study.objects.filter(pk=desk.study(prompt_count=1).pk).update(name="red \x1b[31m")
    with pytest.raises(CommandError) as caught:
        fetch("nowhere \x1b[2J")
    assert "red  [31m" in str(caught.value)
    assert "\x1b" not in str(caught.value)
