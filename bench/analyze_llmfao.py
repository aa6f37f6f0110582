"""`manage.py analyze` on 8,931 real votes: wall time and peak memory, beside a peer in the same run.

    python -m bench.analyze_llmfao [--quick]

The peer is what the field prints for a board with intervals: evalica's Bradley-Terry, bootstrapped over rows. It gives
strengths alone; analyze also reads the texts, measures them, fits three controlled boards and clusters by rater. Needs
the LLMFAO votes in VIBES_DATA (default ../shared/data).
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("VIBES_DATA") or ROOT.parent / "shared" / "data")
ROUNDS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="20 bootstrap rounds of the peer in place of 200"
    )
    rounds = 20 if parser.parse_args().quick else ROUNDS
    folder = DATA / "llmfao"
    if not folder.is_dir():
        raise SystemExit(f"The votes are not at {folder}. Set VIBES_DATA to the folder that holds llmfao/.")
    seconds, megabytes = _analyze(folder)
    peer = _peer(folder, rounds)
    print(
        f"analyze: {seconds:.1f} s, {megabytes:.0f} MB; evalica with {rounds} bootstrap rounds: {peer:.1f} s"
    )
    figures = {
        "analyze_s": round(seconds, 2),
        "analyze_mb": round(megabytes),
        f"evalica_{rounds}_s": round(peer, 2),
    }
    print(json.dumps({"bench": "analyze_llmfao", **figures, "ratio": round(seconds / peer, 2)}))


def _analyze(folder: Path) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of the command, start-up included."""
    with tempfile.TemporaryDirectory() as out:
        environment = os.environ | {
            "VIBES_SECRET_KEY": "bench",
            "VIBES_STATE_DIR": out,
            "VIBES_LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "manage.py", "analyze", str(folder), "--out", out]
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        peak = _watch(process)
        if process.returncode:
            raise SystemExit(f"analyze ended with {process.returncode}.")
        return time.perf_counter() - start, peak


def _watch(process: subprocess.Popen[bytes]) -> float:
    """Peak resident megabytes until the process ends, sampled every 20 ms."""
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    process.wait()
    return peak / 2**20


def _peer(folder: Path, rounds: int) -> float:
    """Wall seconds of evalica's Bradley-Terry over bootstrapped rows, reading the same file."""
    import evalica
    import numpy as np

    start = time.perf_counter()
    with (folder / "crowd-comparisons.csv").open(encoding="utf-8") as stream:
        votes = list(csv.DictReader(stream))
    winners = {"left": evalica.Winner.X, "right": evalica.Winner.Y, "tie": evalica.Winner.Draw}
    left, right = ([vote[side] for vote in votes] for side in ("left", "right"))
    outcome = [winners[vote["winner"]] for vote in votes]
    rng = np.random.default_rng(1)
    for _ in range(rounds):
        rows = rng.integers(0, len(votes), len(votes))
        drawn = [[column[i] for i in rows] for column in (left, right, outcome)]
        evalica.bradley_terry(drawn[0], drawn[1], drawn[2])
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
