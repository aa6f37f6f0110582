"""What a file of samples says: over-optimisation, effort, and evals beside vibes and price."""

from datetime import UTC, datetime

import numpy as np

from vibes.stats.checkpoints import Checkpoint, checkpoint_series
from vibes.stats.effort import effort
from vibes.stats.goldilocks import FULLEST, controlled_strengths, goldilocks
from vibes.stats.overoptimisation import climbs, overoptimisation
from vibes.stats.results import BoardRow, Boards, EffortRow, GoldilocksRow, OverOptimisation
from vibes.stats.samples import RELEASED, SampleFrame

SERIES = "checkpoints"


def sample_report(
    frame: SampleFrame, boards: Boards, generator: np.random.Generator
) -> tuple[list[OverOptimisation], list[EffortRow], list[GoldilocksRow]]:
    """Everything that the columns allow. `boards` gives the strengths: those of the board that holds most constant.

    Best-of-n curves come first, one a model, then one series for each name in the column `series`. Each part draws from
    a generator of its own, so that one part more moves no other number. Empty lists where columns are missing.
    """
    for_climbs, for_series, for_effort = generator.spawn(3)
    curves = [overoptimisation(each, for_climbs) for each in climbs(frame)]
    return (
        [*curves, *_series(frame, boards, for_series)],
        effort(frame, for_effort),
        _goldilocks(frame, boards),
    )


def _series(frame: SampleFrame, boards: Boards, generator: np.random.Generator) -> list[OverOptimisation]:
    board: list[BoardRow] = next((boards[name] for name in FULLEST if name in boards), [])  # type: ignore[literal-required]
    runs: dict[str, list[Checkpoint]] = {}
    for model in frame.models:
        kl, proxy = frame.mean_of("kl", model), frame.mean_of("score", model)
        if kl is not None and proxy is not None:
            rows = frame.rows_of(model)
            code = int(frame.series.codes[rows].max())
            name = frame.series.names[code] if code >= 0 else SERIES
            runs.setdefault(name, []).append(Checkpoint(model, kl, proxy, len(rows)))
    prompts = len(frame.prompt.names)
    found = [checkpoint_series(name, runs[name], board, generator, prompts=prompts) for name in sorted(runs)]
    return [series for series in found if series is not None]


def _goldilocks(frame: SampleFrame, boards: Boards) -> list[GoldilocksRow]:
    """Models of the file and of the board; none where the file names no benchmark score, price or day of release."""
    if not {"eval", "price", RELEASED} & set(frame.numbers):
        return []
    evals = {model: frame.mean_of("eval", model) for model in frame.models}
    prices = {model: frame.mean_of("price", model) for model in frame.models}
    rows = goldilocks(evals, controlled_strengths(boards), prices)
    for row in rows:
        seconds = frame.mean_of(RELEASED, row["model"]) if row["model"] in frame.models else None
        if seconds is not None:
            row["released"] = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return rows
