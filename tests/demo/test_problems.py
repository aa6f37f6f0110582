"""What the operating system says becomes one sentence that names the mend."""

import errno
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from vibes.demo import database
from vibes.demo.problems import DemoProblem, explained


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full: free some space, then start again."),
        (errno.EACCES, "you may not write there: change its permissions, or set VIBES_STATE_DIR"),
        (errno.EROFS, "the file system is read-only: set VIBES_STATE_DIR"),
        (errno.EIO, "Input/output error: set VIBES_STATE_DIR to another folder"),
    ],
)
def test_each_reason_has_its_mend(number: int, words: str):
    with pytest.raises(DemoProblem) as caught, explained(Path("/somewhere")):
        raise OSError(number, "Input/output error" if number == errno.EIO else "")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_full_device_is_met_for_real():
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(DemoProblem, match="the disk is full"), explained(Path("/dev/full")):
        Path("/dev/full").write_text("x" * 100)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("database or disk is full", "The disk is full: free some space, then start again."),
        ("attempt to write a readonly database", "change its permissions"),
        ("connection refused", "The database does not answer: connection refused"),
    ],
)
def test_a_database_that_cannot_be_used(said: str, shown: str):
    assert shown in database.explanation(OperationalError(said))
