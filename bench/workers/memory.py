"""The peak memory of one process."""

import os
from pathlib import Path


def peak_megabytes(pid: int | None = None) -> float:
    """Peak resident megabytes of a process (this one without `pid`), what it was forked from left out. Linux only."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) / 2**10
