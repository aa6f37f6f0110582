"""What a report says of every cue, and which cue stands for the tiebreak."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.cue_directions import takes_away, turns
from vibes.stats.cues.authored import own_prompts
from vibes.stats.cues.causal import adjusted, causal, in_closest_third, per_rater
from vibes.stats.cues.curve import curve
from vibes.stats.cues.design import CuedVotes, class_weights, cued_votes
from vibes.stats.cues.estimates import ABOVE_HALF, LOG_ODDS, Estimate, nothing
from vibes.stats.cues.findings import Look, look
from vibes.stats.cues.nearest import nearest_cases
from vibes.stats.cues.reading import Latent, Reading, read
from vibes.stats.cues.two_step import two_step_effect
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Errors
from vibes.stats.power import need
from vibes.stats.results import Cue, CueByClass, Effect, Finding, Need, OwnPrompts

FLATTERY = ("tone", "stance", "other")
STATED = {
    "C": (0.08, ABOVE_HALF),
    "T1": (0.12, ABOVE_HALF),
    "T2": (0.5, LOG_ODDS),
    "T1a_star": (0.3, LOG_ODDS),
}
"""The effects that a plan for more votes is about: C of 0.08; T1 of 0.12 and T2 of 0.5, a choice of 0.62 in a tie."""


@dataclass(frozen=True)
class _Course:
    """How a study is read: where it stands among its looks, which rows its last look saw, and what both-bad is."""

    at: Look
    seen: IntArray | None
    both_bad_is_tie: bool
    generator: np.random.Generator


def cue_reports(
    frame: JudgementFrame,
    generator: np.random.Generator,
    *,
    planned: int | None = None,
    both_bad_is_tie: bool = False,
    errors: Errors = "largest",
) -> tuple[dict[str, Cue], dict[str, OwnPrompts]]:
    """Report on every cue of a frame that holds planted and unplanted rows: the cue with most votes first.

    `planned`: how many judgements of cued matchups the study was to have, on which its looks hang; None: one final look.
    `generator` draws the part of the matchups that a latent fit of more than 21,000 votes uses. `errors`: as the report's.
    The second mapping holds the cues of which the frame says who wrote the prompt.
    """
    cues = cued_votes(frame, errors)
    if not cues:
        return {}, {}
    rows = np.unique(np.concatenate([cue.rows for cue in cues]))
    at = look(len(rows), planned)
    course = _Course(at, _seen(frame, rows, at), both_bad_is_tie, generator)
    own = {cue.cue: own_prompts(cue) for cue in cues}
    return (
        {cue.cue: _report(cue, course) for cue in cues},
        {name: told for name, told in own.items() if told is not None},
    )


def headline(cues: Mapping[str, Cue]) -> str | None:
    """The cue that stands for the tiebreak: one that adds flattery, with most planted votes; None without one.

    A cue that takes flattery away, or turns a stance round, has figures of its own, whose signs are those of the edit.
    """
    flattering = (name for name, cue in cues.items() if cue["family"] in FLATTERY)
    names = [name for name in flattering if not takes_away(name) and not turns(name)]
    return min(names, key=lambda name: (-_planted(cues[name]), name), default=None)


def _planted(cue: Cue) -> int:
    return cue["variants"]["on_a"] + cue["variants"]["on_b"]


def _seen(frame: JudgementFrame, rows: IntArray, at: Look) -> IntArray | None:
    """Those of the rows that the last look passed is about, the first by created_at; None where it is about all there are.

    Where a row has no created_at nobody knows which came first, and the look takes all.
    """
    made = frame.numbers.get("created_at")
    if not at.interim or made is None or np.isnan(made[rows]).any():
        return None
    latest = np.sort(made[rows])[at.votes - 1]
    return np.flatnonzero(made <= latest)


def _report(votes: CuedVotes, course: _Course) -> Cue:
    reading = read(votes, course.generator, both_bad_is_tie=course.both_bad_is_tie)
    finding, why = _finding(votes, reading, course)
    return Cue(
        family=votes.family,
        matchups=len(np.unique(votes.clusters.matchup)),
        variants=votes.variants(),
        C=reading.C.effect,
        C_per_rater=per_rater(votes).effect,
        C_adjusted=_adjusted(reading),
        T1=reading.T1.effect,
        T1a_star=reading.T1a_star.effect,
        T2=reading.T2.effect,
        T2_two_step=_two_step(reading),
        beta_far=reading.beta_far.effect,
        curve=curve(reading.latent),
        finding=finding,
        finding_note=why,
        interim=course.at.interim,
        needs=needs(reading),
        by_class=classes(reading),
        nearest=nearest_cases(reading.latent),
    )


def _finding(votes: CuedVotes, reading: Reading, course: _Course) -> tuple[Finding, str]:
    """The finding of the last look that was passed, from the votes that were in by then where that is known."""
    if course.seen is not None:
        then = votes.take(np.flatnonzero(np.isin(votes.rows, course.seen)))
        reading = read(then, course.generator, both_bad_is_tie=course.both_bad_is_tie)
    found, why = reading.finding(course.at)
    if not course.at.interim:
        return found, why
    return found, f"{why} As of the look at {course.at.votes} votes; the next waits for {course.at.next}."


def needs(reading: Reading) -> list[Need]:
    """How many more votes show a stated effect, for C, T1, T2 and T1a*."""
    named = {"C": reading.C, "T1": reading.T1, "T2": reading.T2, "T1a_star": reading.T1a_star}
    return [_need(name, estimate) for name, estimate in named.items()]


def _need(name: str, estimate: Estimate) -> Need:
    at, unit = STATED[name]
    row_variance = estimate.row_variance
    return need(name, estimate.effect, at, unit, estimate.clusters, row_variance=row_variance)


def classes(reading: Reading) -> dict[str, CueByClass]:
    """C and T1 in each class of prompt; the closest third is that of the class's own matchups."""
    everywhere, latent = class_weights(reading.votes), reading.latent
    if latent is None:
        return {
            name: CueByClass(C=causal(reading.votes, w).effect, T1=reading.T1.effect)
            for name, w in everywhere.items()
        }
    near = class_weights(latent.votes)
    return {
        name: CueByClass(C=causal(reading.votes, w).effect, T1=_near(latent, near.get(name)))
        for name, w in everywhere.items()
    }


def _near(latent: Latent, weight: FloatArray | None) -> Effect:
    """T1 in one class; where the random part of the matchups holds none of it, there is no estimate."""
    if weight is None:
        empty = latent.votes.clusters.take(np.zeros(0, dtype=np.int64))
        return nothing(empty, "not_enough", latent.note, ABOVE_HALF).effect
    return in_closest_third(latent.votes, latent.closeness, weight, latent.note).effect


def _adjusted(reading: Reading) -> Effect:
    """Adjusted for ĝ too where the latent fit is of all votes."""
    latent = reading.latent
    gap = latent.gap if latent is not None and latent.votes is reading.votes else None
    return adjusted(reading.votes, gap).effect


def _two_step(reading: Reading) -> Effect:
    """The two-step interaction over the planted rows' matchups; the state of T2 where there is no closeness."""
    latent = reading.latent
    if latent is None:
        return reading.T2.effect
    votes, rows = latent.votes, latent.decisive.rows
    at, design = votes.clusters.matchup[rows], votes.votes(rows, cued=False)
    near, gap = latent.closeness[at], latent.gap[at]
    return two_step_effect(design, votes.v[rows], near, votes.clusters.take(rows), gap)
