"""How well a fit foretells raters whom it has not seen: five folds of raters, each predicted by the other four."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.scales import Scale
from vibes.stats.verdict_model import Fit, NotConvergedError, TieRule, fit_verdicts
from vibes.stats.votes import Votes

FOLDS = 5


@dataclass(frozen=True)
class Holdout:
    """`accuracy`: share of decisive votes whose side was foretold. `log_loss`: mean −log P of the outcome.

    The loss is over the outcomes of the tie rule, so that two rules cannot be compared by it. None where it could not
    be had, with the reason.
    """

    accuracy: float | None
    log_loss: float | None
    problem: str = ""


def holdout(fit: Fit, ties: TieRule, generator: np.random.Generator) -> Holdout:
    """Refit without each fold of raters and judge the votes of that fold."""
    votes = fit.votes
    if len(np.unique(votes.rater)) < 2:
        return Holdout(None, None, "they need two raters")
    fold = _folds(fit, generator)[votes.rater]
    losses, foretold = np.zeros(len(votes)), np.zeros(len(votes))
    for left in range(fold.max() + 1):
        rows = np.flatnonzero(fold == left)
        try:
            losses[rows], foretold[rows] = _judged(fit, np.flatnonzero(fold != left), rows, ties)
        except NotConvergedError:
            return Holdout(None, None, "without one fold of raters the fit does not converge")
    if not np.isfinite(losses).all():
        return Holdout(None, None, "one fold of raters has a verdict that no other has")
    return _averaged(votes, losses, foretold)


def _judged(whole: Fit, train: IntArray, test: IntArray, ties: TieRule) -> tuple[FloatArray, FloatArray]:
    """Loss and right side (1, ½, 0) of each vote in `test` under a fit to `train`, which lies near the fit to all."""
    votes = whole.votes
    fit = fit_verdicts(votes.take(train), ties=ties, scale=Scale.of(votes.level), near=whole)
    held = votes.take(test)
    return fit.losses(held), (1.0 + np.sign(held.eta(fit.parameters)) * held.sign) / 2.0


def _averaged(votes: Votes, losses: FloatArray, foretold: FloatArray) -> Holdout:
    decisive = votes.weight * (votes.sign != 0.0)
    accuracy = min(1.0, float(decisive @ foretold / decisive.sum()))
    return Holdout(accuracy, float(votes.weight @ losses / votes.weight.sum()))


def _folds(fit: Fit, generator: np.random.Generator) -> IntArray:
    """The fold of each rater (R,), dealt at random over raters put in an order that does not hang on names or rows."""
    votes = fit.votes
    size = np.bincount(votes.rater, votes.weight, votes.raters)
    loss = np.bincount(votes.rater, votes.weight * fit.losses(votes), votes.raters)
    order = np.lexsort((np.round(loss, 6), np.round(size, 6)))
    dealt = np.arange(votes.raters) % min(FOLDS, votes.raters)
    folds = np.empty(votes.raters, dtype=np.int64)
    folds[order] = generator.permutation(dealt)
    return folds
