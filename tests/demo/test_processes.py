"""A process is ended by its id, with those it forked, and no other process ever is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from vibes.demo import process_table
from vibes.demo.problems import DemoProblem
from vibes.demo.processes import Child, Command, end_all, end_orphans

SLEEPER = "import time; print('here', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
PARENT = "import os, time; os.fork(); print('here', flush=True); time.sleep(60)"


def make(folder: Path, code: str, grace: float = 2.0) -> Child:
    log = folder / "child.log"
    voices = 2 if "fork" in code else 1

    def ready() -> bool:
        return log.read_text().count("here") == voices

    return Child(Command("sleeper", "sleeper", (sys.executable, "-c", code), ready, grace=grace), log)


@pytest.fixture
def bystander() -> Iterator["subprocess.Popen[bytes]"]:
    """Somebody else's process, a group leader like ours."""
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.DEVNULL, start_new_session=True
    ) as other:
        yield other
        assert other.poll() is None, "a process of somebody else was ended"
        other.kill()


def started(child: Child) -> Child:
    child.start()
    child.wait_ready(seconds=10)
    return child


def test_it_ends_when_asked(tmp_path: Path, bystander):
    child = started(make(tmp_path, SLEEPER, grace=10))
    began = time.monotonic()
    end_all([child])
    assert child.status() == -signal.SIGTERM
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_one_that_will_not_end_is_killed_after_its_grace(tmp_path: Path):
    child = started(make(tmp_path, STUBBORN, grace=0.5))
    end_all([child])
    assert child.status() == -signal.SIGKILL


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path):
    child = started(make(tmp_path, STUBBORN, grace=60))
    end_all([child], at_once=lambda: True)
    assert child.status() == -signal.SIGKILL


def test_what_it_forked_goes_with_it(tmp_path: Path):
    child = started(make(tmp_path, PARENT))
    assert child.identity
    assert len(process_table.survivors(child.identity)) == 2
    end_all([child])
    assert process_table.survivors(child.identity) == []


@pytest.mark.slow
@pytest.mark.parametrize("through", [(), ("nice", "-n", "1")])
def test_orphans_of_a_killed_supervisor_are_found_and_ended(tmp_path: Path, bystander, through):
    child = make(tmp_path, PARENT)
    child.command = replace(child.command, arguments=(*through, *child.command.arguments))
    started(child)
    assert child.identity
    os.kill(child.identity.pid, signal.SIGKILL)
    while child.status() is None:
        time.sleep(0.01)
    assert len(process_table.survivors(child.identity)) == 1
    assert end_orphans([child.identity]) == ["sleeper"]
    assert process_table.survivors(child.identity) == []
    assert end_orphans([child.identity]) == []


def test_a_reused_number_is_not_ours(bystander):
    theirs = process_table.identify("web", bystander.pid, [sys.executable, "-c", SLEEPER])
    ours = replace(theirs, started="1", command="something else")
    assert process_table.survivors(theirs) == [bystander.pid]
    assert end_orphans([ours]) == []


def test_one_that_ends_while_starting_shows_its_last_words(tmp_path: Path):
    child = make(tmp_path, "raise SystemExit('no room for me')")
    child.start()
    with pytest.raises(DemoProblem, match=r"ended while starting \(status 1\): no room for me"):
        child.wait_ready(seconds=10)


@pytest.mark.slow
def test_one_that_stays_silent_is_not_waited_for_for_ever(tmp_path: Path):
    child = make(tmp_path, "import time; time.sleep(60)", grace=0.2)
    child.start()
    with pytest.raises(DemoProblem, match=r"does not answer after 0 s"):
        child.wait_ready(seconds=0.3)
    end_all([child])


def test_it_does_not_hear_the_terminal(tmp_path: Path):
    child = started(make(tmp_path, SLEEPER))
    assert child.identity
    assert os.getpgid(child.identity.pid) == child.identity.pid != os.getpgid(0)
    end_all([child])


def test_its_log_is_cut_in_time(tmp_path: Path):
    (tmp_path / "child.log").write_bytes(b"x" * (6 * 1024 * 1024))
    child = started(make(tmp_path, SLEEPER))
    end_all([child])
    assert (tmp_path / "child.log").stat().st_size < 1000
    assert (tmp_path / "child.old.log").exists()
