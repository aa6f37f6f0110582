"""Whose tastes a report shows: raters' slopes on the headline cue, or on measured tone where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from vibes.stats.boards import BoardFit, fit_board
from vibes.stats.controls import TONE
from vibes.stats.cues.design import CUE, CuedVotes
from vibes.stats.formatting import LOG_ODDS, PER_SD
from vibes.stats.results import Effect, Susceptibility
from vibes.stats.study import Study
from vibes.stats.susceptibility import susceptibility


@dataclass(frozen=True, eq=False)
class Tastes:
    """The mean and spread of the raters' slopes, and each rater's own by name."""

    susceptibility: Susceptibility | None
    each: Mapping[str, Effect]


def tastes(study: Study, fullest: BoardFit, cue: str | None) -> Tastes:
    """Slopes on the cue (randomised), else on tone (observational). `fullest`: the board that holds most constant."""
    if cue is None:
        names = study.frame.rater.names
        return Tastes(*susceptibility(fullest, TONE, names, of=TONE, kind="observational", unit=PER_SD))
    chosen = study.cued[cue]
    fitted = _fitted(study, chosen)
    return Tastes(
        *susceptibility(
            fitted, CUE, chosen.frame.rater.names, of=chosen.cue, kind="randomised", unit=LOG_ODDS
        )
    )


def _fitted(study: Study, cued: CuedVotes) -> BoardFit:
    """The verdict model of the cue's matchups, planted or not, with position and the cue."""
    rows = cued.modelled(both_bad_is_tie=study.both_bad_is_tie)
    return fit_board(cued.votes(rows), cued.clusters.take(rows), cued.frame.models, study.specification.ties)
