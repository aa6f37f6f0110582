"""How many votes a study makes, and what they can find, told before one is cast."""

from dataclasses import dataclass

from vibes.models import Study, StudyCue
from vibes.services.studies import Plan
from vibes.stats import detectable
from vibes.stats.power import ASSUMED

SECONDS_EACH = 30
# A cue effect that no study of ours would show: beyond it nothing is promised.
MOST_EFFECT = 0.5


@dataclass(frozen=True)
class ExpectedVotes:
    """`answered` counts what raters answer besides: known answers, repeats and identical pairs. `a_pair`: judgements on
    two endpoints that meet, on average where they meet by lot. `cued`: judgements on the pairs of each cue, where the study
    has any."""

    comparisons: int
    overlap: int
    judgements: int
    answered: int
    sessions: int
    a_pair: int
    cued: int | None = None

    @property
    def time_told(self) -> str:
        minutes = round(self.answered * SECONDS_EACH / 60)
        return f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:,.0f} hours"

    @property
    def win_rate_told(self) -> str:
        """What two endpoints that meet are told apart by, in a sentence."""
        found = detectable.win_rate(self.a_pair, self.overlap) if self.a_pair else None
        if found is None:
            return f"With {self.a_pair:,} judgements on two endpoints that meet, no win rate short of 100 % is found reliably."
        return (
            f"Two endpoints that meet get about {self.a_pair:,} judgements: enough to tell a win rate of "
            f"{100 * (0.5 + found):.0f} % or more ({100 * (0.5 - found):.0f} % or less) from an even one four times in five."
        )

    @property
    def cue_told(self) -> str:
        """What an edit can be shown to do; without cues, what it could be if all judgements were on edited pairs."""
        votes = self.judgements if self.cued is None else self.cued
        found = detectable.effect("C", votes)
        if found >= MOST_EFFECT:
            return f"{votes:,} judgements are too few for the effect of any edit (C)."
        start = (
            f"If all {votes:,} judgements were on edited pairs, they would show"
            if self.cued is None
            else f"{votes:,} judgements on the pairs of each cue show"
        )
        return (
            f"{start} an edit’s effect (C) from {100 * found:.0f} points on: {50 + 100 * found:.0f} % of votes for the "
            "edited side in place of 50."
        )

    @property
    def tiebreak_told(self) -> str:
        known = ASSUMED["T2"]
        share = min(100 * (self.judgements if self.cued is None else self.cued) / known.votes, 100)
        enough = (
            "That is in reach."
            if share >= 100
            else f"This study makes {_percent(share)} of them{'' if self.cued is None else ' for each cue'}."
        )
        return (
            f"Whether flattery weighs more near a tie (T2 of {known.effect} log-odds) takes some {known.votes:,} "
            f"judgements on edited pairs. {enough}"
        )

    @property
    def assumed_told(self) -> str:
        return (
            "Assumed: 80 % power at the 5 % level; votes on one comparison agree as in a public set of 8,931 "
            f"(α {detectable.AGREEMENT}); raters alike; edited pairs dealt 1 : 3 : 3. Few raters, or raters who differ, need more."
        )


def _percent(share: float) -> str:
    return "less than 1 %" if share < 1 else f"{share:.0f} %"


def expected(plan: Plan) -> ExpectedVotes:
    """As if no answer failed."""
    endpoints = len(plan.endpoints)
    shown = plan.samples if plan.selection == Study.Selection.EACH else 1
    meetings = len(plan.prompts) * shown
    pairs, possible = _pairs(plan.pairing, endpoints)
    shares = [cue.share for cue in plan.cues if cue.design == StudyCue.Design.VARIANTS]
    each = plan.unplanted + 2 * plan.planted
    against_edits = round(meetings * endpoints * plan.overlap * _of_pairs(plan))
    met = meetings * pairs
    judgements = round(met * (sum(shares) * each + (1 - sum(shares)) * plan.overlap)) + against_edits
    cued = [met * share * each for share in shares] + [against_edits] * (not shares)
    checks = plan.gold_rate + plan.repeat_rate + plan.identical_rate
    answered = round(judgements / (1 - checks))
    return ExpectedVotes(
        comparisons=meetings * pairs,
        overlap=plan.overlap,
        judgements=judgements,
        answered=answered,
        sessions=-(-answered // plan.session_length),
        a_pair=(judgements - against_edits) // possible if possible else 0,
        cued=round(min(cued)) if plan.cues else None,
    )


def _of_pairs(plan: Plan) -> float:
    """How often an answer meets an edit of its own, over all cues of that design."""
    return sum(cue.share for cue in plan.cues if cue.design == StudyCue.Design.PAIR)


def _pairs(pairing: str, endpoints: int) -> tuple[int, int]:
    """Pairs that meet at a prompt, and pairs that meet at any."""
    every = endpoints * (endpoints - 1) // 2
    if pairing == Study.Pairing.BASELINE:
        return endpoints - 1, endpoints - 1
    if pairing == Study.Pairing.RING:
        return min(endpoints, every), every
    return every, every
