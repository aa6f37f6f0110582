"""How many votes a study makes, and what they can find, told before one is cast."""

from dataclasses import dataclass

from vibes.models import Study
from vibes.services.studies import Plan
from vibes.stats import detectable
from vibes.stats.power import ASSUMED

SECONDS_EACH = 30
# A cue effect that no study of ours would show: beyond it nothing is promised.
MOST_EFFECT = 0.5


@dataclass(frozen=True)
class ExpectedVotes:
    """`answered` counts what raters answer besides: known answers, repeats and identical pairs. `a_pair`: judgements on
    two endpoints that meet, on average where they meet by lot."""

    comparisons: int
    overlap: int
    judgements: int
    answered: int
    sessions: int
    a_pair: int

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
        """What an edit could be shown to do, if all judgements were on edited pairs."""
        found = detectable.effect("C", self.judgements)
        if found >= MOST_EFFECT:
            return f"{self.judgements:,} judgements are too few for the effect of any edit (C)."
        return (
            f"If all {self.judgements:,} judgements were on edited pairs, they would show an edit’s effect (C) from "
            f"{100 * found:.0f} points on: {50 + 100 * found:.0f} % of votes for the edited side in place of 50."
        )

    @property
    def tiebreak_told(self) -> str:
        known = ASSUMED["T2"]
        share = min(100 * self.judgements / known.votes, 100)
        enough = "That is in reach." if share >= 100 else f"This study makes {_percent(share)} of them."
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
    judgements = meetings * pairs * plan.overlap
    checks = plan.gold_rate + plan.repeat_rate + plan.identical_rate
    answered = round(judgements / (1 - checks))
    return ExpectedVotes(
        comparisons=meetings * pairs,
        overlap=plan.overlap,
        judgements=judgements,
        answered=answered,
        sessions=-(-answered // plan.session_length),
        a_pair=judgements // possible if possible else 0,
    )


def _pairs(pairing: str, endpoints: int) -> tuple[int, int]:
    """Pairs that meet at a prompt, and pairs that meet at any."""
    every = endpoints * (endpoints - 1) // 2
    if pairing == Study.Pairing.BASELINE:
        return endpoints - 1, endpoints - 1
    if pairing == Study.Pairing.RING:
        return min(endpoints, every), every
    return every, every
