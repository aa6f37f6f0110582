"""What stops the demo, as one sentence that names the mend."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MENDS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "your disk quota is used up: free some space",
    errno.EACCES: "you may not write there: change its permissions, or set VIBES_STATE_DIR to a folder of your own",
    errno.EPERM: "you may not write there: change its permissions, or set VIBES_STATE_DIR to a folder of your own",
    errno.EROFS: "the file system is read-only: set VIBES_STATE_DIR to a folder elsewhere",
    errno.ENOTDIR: "part of the path is a file: set VIBES_STATE_DIR to a folder",
    errno.EEXIST: "there is a file of that name: set VIBES_STATE_DIR to a folder",
    errno.ENAMETOOLONG: "the path is too long: set VIBES_STATE_DIR to a shorter one",
}


class DemoProblem(Exception):
    """The demo cannot start or go on; the message is one sentence for the person at the terminal."""


def sentence(error: OSError, path: Path) -> str:
    mend = MENDS.get(error.errno or 0, f"{error.strerror or error}: set VIBES_STATE_DIR to another folder")
    return f"Cannot write to {path}: {mend}, then start again."


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the operating system says about `path` into a DemoProblem."""
    try:
        yield
    except OSError as error:
        raise DemoProblem(sentence(error, path)) from error
