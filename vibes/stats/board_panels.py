"""The plain board in parts of the votes beside one another: by class of prompt, by turns, on raters' own prompts and on others'.

Each part is the plain board of a run with that filter: fitted to its votes alone, about its own average. A model's place may
differ between parts by chance; what is sure is told by its rank sets.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats.arrays import BoolArray, FloatArray, sum_by
from vibes.stats.boards import BoardFit, board, fit_board
from vibes.stats.conditions import Condition
from vibes.stats.frames import JudgementFrame
from vibes.stats.results import BoardPanel
from vibes.stats.study import Study
from vibes.stats.votes import Votes

MOST = 6
FEWEST_VOTES = 100
"""Votes below which a part has no board: ten raters give as many before anything can be told."""
CLASS, TURNS, OWN = "prompt_class", "user_turns", "authored"


def board_panels(study: Study, plain: BoardFit) -> list[BoardPanel]:
    """The parts by class (the largest first, at most six), by turns and by whose prompts; none of a kind that does not divide the
    votes.

    `plain`: the fit of the plain board. Intervals and rank sets hold for all models of a part at once, not for all parts.
    """
    names, rng, found = study.frame.models, study.rng("panels"), []
    for condition, kept in _parts(study):
        rows = np.flatnonzero(kept[study.fitted_rows])
        votes, clusters = _by_its_raters(plain.votes.take(rows)), plain.clusters.take(rows)
        fitted = fit_board(votes, clusters, names, study.specification.ties)
        table = board(fitted, names, both_bad_rates(study.frame, kept), rng)
        met = [row for row in table if row["n"]]
        found.append(BoardPanel(by=condition.column, where=str(condition), n=len(rows), rows=met))
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


def _parts(study: Study) -> Iterator[tuple[Condition, BoolArray]]:
    """Each part's filter, and the rows (n,) that meet it."""
    for conditions in (_classes(study), _turns(study), _own(study)):
        parts = [(one, study.frame.mask([one])) for one in conditions]
        parts = [(one, kept) for one, kept in parts if _size(study, kept) >= FEWEST_VOTES]
        if len(parts) > 1:
            yield from sorted(parts, key=lambda part: -_size(study, part[1]))[:MOST]


def _size(study: Study, kept: BoolArray) -> int:
    return int(np.count_nonzero(kept[study.fitted_rows]))


def _classes(study: Study) -> list[Condition]:
    """A name with a comma in it cannot be asked for: a filter reads two there."""
    labels = study.frame.labels.get(CLASS)
    return [Condition(CLASS, (name,)) for name in (labels.names if labels else ()) if "," not in name]


def _turns(study: Study) -> list[Condition]:
    if TURNS not in study.frame.unread:
        return []
    return [Condition(TURNS, ("1",), "<="), Condition(TURNS, ("2",), ">=")]


def _own(study: Study) -> list[Condition]:
    return [Condition(OWN, (word,)) for word in ("true", "false")] if OWN in study.frame.numbers else []
