"""The figures of one cue that decide its finding: C, T1, T2, T1a*, β_far and T2 − ¼ β_far."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.cues.causal import causal, in_closest_third
from vibes.stats.cues.design import CuedVotes
from vibes.stats.cues.estimates import ABOVE_HALF, LOG_ODDS, Estimate, contrasted, nothing
from vibes.stats.cues.findings import FAKED, Figures, Look, decide
from vibes.stats.cues.latent_gap import (
    MOST,
    GapFit,
    beta_far_effect,
    fit_latent_gap,
    part_note,
    part_of_matchups,
    t2_effect,
)
from vibes.stats.cues.lean import Decisive, fit_decisive, lean_over_choice
from vibes.stats.fits import NotConvergedError, SeparationError
from vibes.stats.intervals import Clusters
from vibes.stats.results import Effect, Finding, State

FAR, NEAR = 0, 1
"""Where β_far and T2 stand in the covariance of a GapFit."""


@dataclass(frozen=True, eq=False)
class Latent:
    """The latent-gap fit of one cue, from `votes`: all of its votes, or a random part of its matchups as `note` says.

    `closeness`, `gap` (M,): c̄ and ĝ of each matchup of `votes`.
    """

    votes: CuedVotes
    decisive: Decisive
    fit: GapFit
    closeness: FloatArray
    gap: FloatArray
    note: str


@dataclass(frozen=True, eq=False)
class Reading:
    """The estimates of one cue. `beyond`: T2 − ¼ β_far. `latent`: None where the latent gap could not be fitted."""

    votes: CuedVotes
    C: Estimate
    T1: Estimate
    T2: Estimate
    T1a_star: Estimate
    beta_far: Estimate
    beyond: Estimate
    latent: Latent | None

    def finding(self, at: Look) -> tuple[Finding, str]:
        """The finding by the rules, and a sentence with the numbers that decided it."""
        figures = Figures(self.C.effect, self.T1.effect, self.T2.effect, self.beyond.effect)
        return decide(figures, at)


def read(
    votes: CuedVotes, generator: np.random.Generator, *, both_bad_is_tie: bool = False, most: int = MOST
) -> Reading:
    """Estimate one cue. What cannot be estimated has a state and a note; nothing raises.

    `generator` draws the part of the matchups that the latent gap is fitted to where there are more than `most` votes.
    """
    try:
        decisive = fit_decisive(votes, both_bad_is_tie=both_bad_is_tie)
    except NotConvergedError as error:
        return _without_latent(votes, error, None)
    try:
        latent = fit_latent(votes, decisive, generator, both_bad_is_tie=both_bad_is_tie, most=most)
    except NotConvergedError as error:
        return _without_latent(votes, error, decisive)
    own = latent.votes.clusters.take(latent.votes.planted)
    near = _coefficient(t2_effect(latent.fit, own), latent, own, NEAR)
    return Reading(
        votes=votes,
        C=causal(votes),
        T1=in_closest_third(latent.votes, latent.closeness, note=latent.note),
        T2=near,
        T1a_star=lean_over_choice(votes, decisive),
        beta_far=_coefficient(beta_far_effect(latent.fit, own), latent, own, FAR),
        beyond=_beyond(latent, own) if near.effect["state"] == "ok" else near,
        latent=latent,
    )


def fit_latent(
    votes: CuedVotes,
    decisive: Decisive,
    generator: np.random.Generator,
    *,
    both_bad_is_tie: bool = False,
    most: int = MOST,
) -> Latent:
    """Fit the latent gap to the votes, or to a random part of the matchups. Raises NotConvergedError."""
    part = part_of_matchups(votes.clusters.matchup, generator, most)
    note = part_note(len(part), len(votes))
    if note:
        votes = votes.take(part)
        decisive = fit_decisive(votes, both_bad_is_tie=both_bad_is_tie)
    fit = gap_fit(votes, decisive)
    used = np.unique(votes.clusters.matchup[decisive.rows])
    closeness = np.full(len(votes.frame.matchup.names), fit.closeness.mean())
    gap = np.zeros(len(closeness))
    closeness[used], gap[used] = fit.closeness, fit.gap
    return Latent(votes, decisive, fit, closeness, gap, note)


def gap_fit(votes: CuedVotes, decisive: Decisive, *, interaction: bool = True) -> GapFit:
    """Fit the joint model to the votes that a verdict model explains, thresholds held. Raises NotConvergedError."""
    rows = decisive.rows
    _, matchup = np.unique(votes.clusters.matchup[rows], return_inverse=True)
    design = votes.votes(rows, cued=False)
    clusters = votes.clusters.take(rows)
    delta = decisive.fit.deltas
    return fit_latent_gap(
        design, votes.v[rows], matchup.astype(np.int64), clusters, delta, interaction=interaction
    )


def _coefficient(found: Effect, latent: Latent, own: Clusters, place: int) -> Estimate:
    if latent.note:
        found["note"] = f"{found['note']}; {latent.note}" if "note" in found else latent.note
    return Estimate(found, own, float(latent.fit.covariance.by_model[place, place]))


def _beyond(latent: Latent, own: Clusters) -> Estimate:
    fit = latent.fit
    values = np.array([fit.beta_far, fit.t2, fit.kappa])
    return contrasted(values, fit.covariance, np.array([-FAKED, 1.0, 0.0]), own, LOG_ODDS)


def _without_latent(votes: CuedVotes, error: NotConvergedError, decisive: Decisive | None) -> Reading:
    """C stands by itself; what needs a model says why there is none. T1a* needs the verdict model alone."""
    state: State = "not_identified" if isinstance(error, SeparationError) else "not_converged"
    own = votes.clusters.take(votes.planted)
    gone = nothing(own, state, str(error), LOG_ODDS)
    return Reading(
        votes=votes,
        C=causal(votes),
        T1=nothing(own, state, str(error), ABOVE_HALF),
        T2=gone,
        T1a_star=gone if decisive is None else lean_over_choice(votes, decisive),
        beta_far=gone,
        beyond=gone,
        latent=None,
    )
