"""One demo per folder, and the next one learns where it is."""

import os
import subprocess
import sys
from pathlib import Path

from vibes.demo.lock import Holder, Lock, holder

HOLD = """
import sys, pathlib
from vibes.demo.lock import Lock
lock = Lock(pathlib.Path(sys.argv[1]))
assert lock.take()
lock.say("http://127.0.0.1:8000")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_told_where_the_first_is(tmp_path: Path):
    path = tmp_path / "lock.json"
    first, second = Lock(path), Lock(path)
    assert holder(path) is None
    assert first.take()
    assert not second.take()
    assert holder(path) == Holder(os.getpid(), "")
    first.say("http://127.0.0.1:8005")
    assert holder(path) == Holder(os.getpid(), "http://127.0.0.1:8005")
    first.release()
    assert holder(path) is None
    assert second.take()
    second.release()


def test_a_killed_holder_holds_nothing(tmp_path: Path):
    path = tmp_path / "lock.json"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        assert holder(path) == Holder(other.pid, "http://127.0.0.1:8000")
        other.kill()
        other.wait()
    lock = Lock(path)
    assert lock.take()
    lock.release()


def test_a_lock_that_cannot_be_read_is_still_held(tmp_path: Path):
    lock = Lock(tmp_path / "lock.json")
    assert lock.take()
    (tmp_path / "lock.json").write_text("{")
    assert holder(tmp_path / "lock.json") == Holder(0, "")
    lock.release()
