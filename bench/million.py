"""A million judgements: Vibes beside arena-rank, statsmodels and evalica on the same votes in the same run.

    python -m bench.million [--quick] [--rows N]

50 models, 8 covariates, 2,000 raters of unequal zeal (a lognormal), five votes a matchup, 28 % ties, thresholds
that differ by rater. Each fit runs in a process of its own. Seconds are those from arrays in memory to board, effects and
intervals: the best of a few, the first beside it (JAX compiles in it), and the CPU's, which other work on the machine
stretches less. Megabytes are the peak of the whole process, the votes included. Also 5 million by `half`, and 5,000 votes of
100 raters. arena-rank is installed into a virtual environment of its own in the cache folder; --quick (100,000 rows, fewer
peers, no 5 million) takes it only where it is there already. Vibes runs on one core (its matrices are small, and threads that
wait for one another cost more than they give); its peers as they like.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WORKER = ROOT / "bench" / "workers" / "one_fit.py"
PEER = "arena-rank==0.1.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vibes-bench" / PEER
MODELS, COVARIATES, RATERS = 50, 8, 2_000
SEED = 1
SLOW = "statsmodels GLM"
QUICK = ("vibes half", "vibes ordinal", "arena-rank reg=0", "evalica")
GIVES = {
    "vibes half": "board and effects, clustered and simultaneous intervals, ranks",
    "vibes ordinal": "the same, with a tie threshold for each rater",
    "arena-rank reg=0": "board with row-level intervals; effects without any",
    "arena-rank default": "the same, effects shrunk",
    "statsmodels GLM": "board and effects, intervals clustered by rater",
    "evalica": "strengths alone, no covariates",
}


@dataclass(frozen=True)
class Line:
    """One fit: what it was of, its seconds, its memory, and the effects that it found."""

    fitter: str
    rows: int
    first_s: float
    best_s: float
    cpu_s: float
    peak_mb: float
    effects: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 rows and no 5 million: under a minute")
    parser.add_argument("--rows", type=int, help="judgements in place of a million")
    options = parser.parse_args()
    rows = options.rows or (100_000 if options.quick else 1_000_000)
    peer = installed() if options.quick else install()
    if peer is None:
        print(f"{PEER} is not installed{'' if options.quick else ' and could not be'}: going on without it.")
    print(f"{'fit':20} {'judgements':>10} {'seconds':>8} {'first':>8} {'CPU s':>8} {'peak MB':>8}  gives")
    if options.quick:
        lines = measured(rows, RATERS, peer, times=2, only=QUICK) + measured(5_000, 100, None, times=5)
    else:
        lines = measured(rows, RATERS, peer, times=2) + measured(5_000, 100, peer, times=5)
        lines += measured(5 * rows, RATERS, None, times=1, only=("vibes half",))
    figures = {f"{line.fitter} {line.rows}": _figures(line) for line in lines}
    ratios = {f"{line.fitter} {line.rows}": _ratio(line, lines) for line in lines}
    print(
        json.dumps(
            {
                "bench": "million",
                "load": round(os.getloadavg()[0], 1),
                "fits": figures,
                "over vibes half": ratios,
            }
        )
    )


def measured(
    rows: int, raters: int, peer: Path | None, *, times: int, only: tuple[str, ...] = tuple(GIVES)
) -> list[Line]:
    """Write the votes and run each fitter on them, printing as it goes."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        write_votes(Path(folder), rows, raters)
        for fitter in only:
            python = peer if fitter.startswith("arena-rank") else Path(sys.executable)
            if python is not None:
                lines.append(_run(python, fitter, folder, rows, 1 if fitter == SLOW else times))
                print(_told(lines[-1], lines[0]), flush=True)
    return lines


def _run(python: Path, fitter: str, folder: str, rows: int, times: int) -> Line:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu"}
    if fitter.startswith("vibes"):
        environment |= {"OPENBLAS_NUM_THREADS": "1"}
    command = [str(python), str(WORKER), fitter, folder, str(times)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return Line(fitter, rows, **json.loads(done.stdout.decode().splitlines()[-1]))


def _told(line: Line, ours: Line) -> str:
    apart = [abs(one - other) for one, other in zip(line.effects, ours.effects, strict=False)]
    same = (
        f"; effects within {max(apart):.1g} of half" if apart and not line.fitter.startswith("vibes") else ""
    )
    seconds = f"{line.best_s:>8.3f} {line.first_s:>8.3f} {line.cpu_s:>8.3f}"
    return f"{line.fitter:20} {line.rows:>10,} {seconds} {line.peak_mb:>8.0f}  {GIVES[line.fitter]}{same}"


def _figures(line: Line) -> dict[str, float]:
    return {
        "s": round(line.best_s, 3),
        "first_s": round(line.first_s, 3),
        "cpu_s": round(line.cpu_s, 3),
        "mb": round(line.peak_mb),
    }


def _ratio(line: Line, lines: list[Line]) -> float:
    ours = next(each for each in lines if each.fitter == "vibes half" and each.rows == line.rows)
    return round(line.best_s / ours.best_s, 2)


def write_votes(folder: Path, rows: int, raters: int) -> None:
    """Draw the votes from the cumulative logit and write each column as a .npy file; `x` column by column."""
    rng = np.random.default_rng(SEED)
    matchups = rows // 5
    first = rng.integers(0, MODELS, matchups)
    second = (first + rng.integers(1, MODELS, matchups)) % MODELS
    style = rng.normal(size=(COVARIATES - 1, matchups))
    matchup = rng.integers(0, matchups, rows)
    zeal = rng.lognormal(0.0, 1.0, raters)
    rater = np.searchsorted(np.cumsum(zeal / zeal.sum())[:-1], rng.random(rows))
    x = np.empty((COVARIATES, rows))
    x[0] = rng.choice([-1.0, 1.0], rows)
    for k, column in enumerate(style, 1):
        x[k] = column[matchup]
    theta = rng.normal(0.0, 0.6, MODELS)
    a, b = first[matchup], second[matchup]
    effects = np.concatenate([[0.15], rng.normal(0.0, 0.2, COVARIATES - 1)])
    latent = theta[a] - theta[b] + effects @ x + rng.logistic(size=rows)
    cut = 0.6 * np.exp(rng.normal(0.0, 0.5, raters))[rater]
    level = np.where(latent > cut, 1, np.where(latent < -cut, -1, 0))
    columns = {"a": a, "b": b, "level": level, "rater": rater, "matchup": matchup, "x": x.T}
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column)


def installed() -> Path | None:
    """The Python that has arena-rank, where a run before this one made it."""
    python = CACHE / "bin" / "python"
    return python if (CACHE / "complete").exists() and python.exists() else None


def install() -> Path | None:
    """Make it, with uv where that is on the path, else with pip; None where the index does not give it."""
    if installed() is None:
        print(f"Installing {PEER} into {CACHE}", flush=True)
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        python = str(CACHE / "bin" / "python")
        with_uv = [["uv", "venv", "-q", str(CACHE)], ["uv", "pip", "install", "-q", "--python", python, PEER]]
        with_pip = [
            [sys.executable, "-m", "venv", "--clear", str(CACHE)],
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", PEER],
        ]
        if (shutil.which("uv") and _all(with_uv)) or _all(with_pip):
            (CACHE / "complete").touch()
    return installed()


def _all(commands: list[list[str]]) -> bool:
    try:
        return all(subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0 for command in commands)
    except OSError:
        return False


if __name__ == "__main__":
    main()
