"""The plain board in parts of the votes beside one another.

Each part is the plain board of a run with that filter: fitted to its votes alone, about its own average. A model's place may
differ between parts by chance; what is sure is told by its rank sets.
"""

from dataclasses import replace

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, FloatArray, sum_by
from vibes.stats.boards import BoardFit, board, fit_board
from vibes.stats.frames import JudgementFrame
from vibes.stats.results import BoardPanel
from vibes.stats.study import Study
from vibes.stats.vote_parts import parts
from vibes.stats.votes import Votes


def board_panels(study: Study, plain: BoardFit) -> list[BoardPanel]:
    """A board a part, in the order of `vote_parts.parts`.

    `plain`: the fit of the plain board. Intervals and rank sets hold for all models of a part at once, not for all parts.
    """
    frame, names, rng, found = study.frame, study.frame.models, study.rng("panels"), []
    for part in parts(frame, study.fitted_rows):
        rows = np.searchsorted(study.fitted_rows, part.rows)
        votes, clusters = _by_its_raters(plain.votes.take(rows)), plain.clusters.take(rows)
        fitted = fit_board(votes, clusters, names, study.specification.ties)
        table = board(fitted, names, both_bad_rates(frame, frame.mask(part.conditions)), rng)
        met = [row for row in table if row["n"]]
        found.append(BoardPanel(by=part.by, where=part.where, n=len(rows), rows=met))
    return found


def _by_its_raters(votes: Votes) -> Votes:
    """The same with a table of those raters alone that are in the part: how much raters differ is theirs."""
    raters, codes = np.unique(votes.rater, return_inverse=True)
    return replace(votes, rater=codes.astype(np.int64), raters=len(raters))


def both_bad_rates(frame: JudgementFrame, kept: BoolArray | None = None) -> FloatArray:
    """Both-bad verdicts over all judgements of each model (m,), 0 where it has none. `kept`: marks the rows (n,) that count."""
    sides, size = np.concatenate([frame.model_a, frame.model_b]), len(frame.models)
    weight = np.ones(len(sides)) if kept is None else np.tile(kept, 2).astype(np.float64)
    met = sum_by(sides, weight, size)
    both_bad = sum_by(sides, weight * np.tile(frame.is_verdict(Verdict.BOTH_BAD), 2), size)
    return np.divide(both_bad, met, out=np.zeros(size), where=met > 0.0)
