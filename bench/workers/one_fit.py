"""One fit in a process of its own: wall and CPU seconds and peak memory as one line of JSON.

    python bench/workers/one_fit.py FITTER FOLDER TIMES

FITTER is a name in `FITTERS`; FOLDER holds the votes as .npy files, as bench.million writes them. Peers run under their own
Python, so that nothing of Vibes is imported but in its own fitters.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Fitted = dict[str, Any]
MODELS = 50


def main(name: str, folder: str, times: int) -> None:
    votes = {path.stem: np.load(path) for path in Path(folder).glob("*.npy")}
    fit = FITTERS[name](votes)
    wall, busy = [], []
    for _ in range(times):
        start, spent = time.perf_counter(), time.process_time()
        effects = fit()
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - spent)
    found = {"first_s": wall[0], "best_s": min(wall), "cpu_s": min(busy), "peak_mb": peak_megabytes()}
    print(json.dumps(found | {"effects": effects}))


def peak_megabytes() -> float:
    """Peak resident megabytes of this process alone; where /proc is not there, what it was forked from counts too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def vibes(ties: str) -> Callable[[Fitted], Callable[[], list[float]]]:
    """Board with simultaneous intervals and ranks, and every effect with its interval clustered by rater and matchup."""

    def prepare(votes: Fitted) -> Callable[[], list[float]]:
        boards, formatting, intervals, store = (
            importlib.import_module(f"vibes.stats.{module}")
            for module in ("boards", "formatting", "intervals", "votes")
        )
        rater, n = votes["rater"], len(votes["rater"])
        covariates = tuple(f"x{k}" for k in range(votes["x"].shape[1]))
        weight = np.ones(n)
        cast = store.Votes(
            votes["a"], votes["b"], MODELS, votes["level"], rater, int(rater.max()) + 1, weight, votes["x"], covariates
        )  # fmt: skip
        clusters = intervals.Clusters(rater, votes["matchup"], weight)
        names = tuple(f"m{k}" for k in range(MODELS))

        def fit() -> list[float]:
            fitted = boards.fit_board(cast, clusters, names, ties)
            rows = boards.board(fitted, names, np.zeros(MODELS), np.random.default_rng(0))
            found = formatting.effects(fitted, dict.fromkeys(covariates, "log-odds"), {})
            assert all(row["simultaneous_low"] is not None for row in rows)
            assert all(effect["state"] == "ok" for effect in found.values())
            return [effect["estimate"] for effect in found.values()]

        return fit

    return prepare


def arena_rank(reg: float | None) -> Callable[[Fitted], Callable[[], list[float]]]:
    """Its contextual Bradley-Terry, unweighted, features as they are; strengths with row-level intervals."""

    def prepare(votes: Fitted) -> Callable[[], list[float]]:
        jnp = importlib.import_module("jax.numpy")
        data = importlib.import_module("arena_rank.utils.data_utils")
        models = importlib.import_module("arena_rank.models.contextual_bradley_terry")
        more = {} if reg is None else {"reg": reg}

        def fit() -> list[float]:
            dataset = data.ContextualPairDataset(
                [f"m{k}" for k in range(MODELS)],
                jnp.array(np.column_stack([votes["a"], votes["b"]]).astype(np.int32)),
                jnp.array((votes["level"] + 1.0) / 2.0),
                jnp.array(votes["x"]),
                jnp.ones(len(votes["a"])),
            )
            model = models.ContextualBradleyTerry(MODELS, votes["x"].shape[1], **more)
            found = model.compute_ratings_and_cis(dataset)
            np.asarray(found["rating_lower"])
            return [float(each) for each in np.asarray(found["coeffs"])]

        return fit

    return prepare


def statsmodels(votes: Fitted) -> Callable[[], list[float]]:
    """A binomial GLM on dummies of the models, standard errors clustered by rater."""
    api = importlib.import_module("statsmodels.api")

    def fit() -> list[float]:
        n = len(votes["a"])
        design = np.zeros((n, MODELS + votes["x"].shape[1]))
        design[np.arange(n), votes["a"]] = 1.0
        design[np.arange(n), votes["b"]] = -1.0
        design[:, MODELS:] = votes["x"]
        model = api.GLM((votes["level"] + 1.0) / 2.0, design[:, 1:], family=api.families.Binomial())
        found = model.fit(cov_type="cluster", cov_kwds={"groups": votes["rater"]})
        return [float(each) for each in found.params[MODELS - 1 :]]

    return fit


def evalica(votes: Fitted) -> Callable[[], list[float]]:
    """Its Bradley-Terry: strengths alone, no covariates and no intervals."""
    peer = importlib.import_module("evalica")
    winners = {1: peer.Winner.X, -1: peer.Winner.Y, 0: peer.Winner.Draw}
    a, b = ([f"m{k}" for k in votes[side].tolist()] for side in "ab")
    outcome = [winners[level] for level in votes["level"].tolist()]

    def fit() -> list[float]:
        peer.bradley_terry(a, b, outcome)
        return []

    return fit


FITTERS = {
    "vibes half": vibes("half"),
    "vibes ordinal": vibes("ordinal"),
    "arena-rank reg=0": arena_rank(0.0),
    "arena-rank default": arena_rank(None),
    "statsmodels GLM": statsmodels,
    "evalica": evalica,
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
