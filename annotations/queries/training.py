"""The training round: whether there is one, what it deals next, what is said after a vote, and how it went.

Nothing of it is a judgement of the study: no count, figure or export of it holds one (`queries.judgements.standing`).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, F, Q
from django.utils.safestring import SafeString

from annotations import assigning, rendering
from annotations.models import Assignment, Comparison, Judgement, Protocol, Rater, RatingSession
from annotations.queries import judgements

# Rounds that a rater may take; after the last one the study has nothing for them.
MOST_ROUNDS = 3
SAID = {"tie": "a tie", "both_bad": "both are bad"}
# What an explanation may hold in place of a letter, since each rater has sides of their own.
BETTER, WORSE = "{better}", "{worse}"
Outcome = Literal["", "begun", "passed", "again", "failed"]


@dataclass(frozen=True)
class Round:
    """One round of a rater: how many were answered, and how many of them as expected."""

    answered: int
    agreed: int
    ended: bool


@dataclass(frozen=True)
class Training:
    """A rater's rounds under a protocol, the first one first."""

    rounds: tuple[Round, ...]
    length: int
    wanted: int

    @property
    def outcome(self) -> Outcome:
        """Empty before the first round; "begun" while one is open; "again" where another one may be taken."""
        if any(one.ended and one.agreed >= self.wanted for one in self.rounds):
            return "passed"
        if any(not one.ended for one in self.rounds):
            return "begun"
        if not self.rounds:
            return ""
        return "failed" if len(self.rounds) >= MOST_ROUNDS else "again"


def of(rater: Rater, protocol: Protocol) -> Training:
    return of_raters([rater.pk], protocol).get(rater.pk) or _training((), protocol)


def of_raters(raters: Collection[int], protocol: Protocol) -> dict[int, Training]:
    """Of those among these raters who have begun a round. Two statements, however many they are."""
    sessions = RatingSession.objects.filter(protocol=protocol, training=True, rater__in=raters)
    rows = judgements.of_training(protocol).filter(assignment__session__in=sessions)
    agreed = Count("pk", filter=Q(verdict=F("assignment__comparison__expected")))
    counted = rows.values_list("assignment__session").annotate(answered=Count("pk"), agreed=agreed)
    counts = {session: (answered, right) for session, answered, right in counted.order_by()}
    found: dict[int, list[Round]] = {}
    for rater, session, ended in sessions.order_by("pk").values_list("rater", "pk", "ended_at"):
        found.setdefault(rater, []).append(Round(*counts.get(session, (0, 0)), ended=ended is not None))
    return {rater: _training(tuple(rounds), protocol) for rater, rounds in found.items()}


def _training(rounds: tuple[Round, ...], protocol: Protocol) -> Training:
    return Training(rounds, protocol.training_length, protocol.training_pass)


def is_new(rater: Rater) -> bool:
    """Whether this rater has neither begun a study, whatever the version of its protocol, nor passed the training of one."""
    if rater.sessions.filter(training=False).exists():
        return False
    last = rater.sessions.filter(training=True).select_related("protocol").order_by("-pk").first()
    return last is None or of(rater, last.protocol).outcome != "passed"


def stored(protocol: Protocol) -> int:
    """How many training comparisons there are."""
    return Comparison.objects.filter(protocol=protocol, purpose=Comparison.Purpose.TRAINING).count()


def ready(protocol: Protocol) -> bool:
    """Whether raters are asked for a round: the protocol has one, and there are comparisons enough to fill it."""
    return bool(protocol.training_length) and stored(protocol) >= protocol.training_length


@dataclass(frozen=True)
class Next:
    """What is dealt next. `take`: how often this rater has had it; `lapsed` where that is an assignment whose lease has
    passed."""

    comparison: Comparison
    take: int
    lapsed: bool
    probability: float


def next_of(session: RatingSession) -> Next | None:
    """A training comparison that this round has not had: those that the rater has met least often first, in an order
    drawn from the session's seed."""
    pool = Comparison.objects.filter(protocol=session.protocol_id, purpose=Comparison.Purpose.TRAINING)
    own = Assignment.objects.filter(rater=session.rater_id, comparison__in=pool)
    dealt = list(own.values_list("comparison", "session", "take", "state"))
    lapsed = {pk: take for pk, _, take, state in dealt if state == Assignment.State.EXPIRED}
    met = Counter(pk for pk, _, _, state in dealt if state != Assignment.State.EXPIRED)
    here = {pk for pk, held, _, state in dealt if held == session.pk and state != Assignment.State.EXPIRED}
    left = [pk for pk in pool.order_by("pk").values_list("pk", flat=True) if pk not in here]
    if not left:
        return None
    fewest = min(met[pk] for pk in left)
    level = [pk for pk in left if met[pk] == fewest]
    drawn = min(level, key=lambda pk: assigning.derived_seed(session.seed, "training", pk))
    take = lapsed.get(drawn, met[drawn])
    return Next(Comparison.objects.get(pk=drawn), take, drawn in lapsed, 1 / len(level))


@dataclass(frozen=True)
class Feedback:
    """What is said after a vote, in the letters of the screen."""

    agreed: bool
    expected: str
    said: str
    explanation: SafeString


def feedback(judgement: Judgement, comparison: Comparison) -> Feedback:
    """Only for a vote that stands: nothing of it may reach a browser before."""
    expected, worse = (_letter(side, judgement.left) for side in _sides(comparison.expected))
    told = comparison.explanation.replace(BETTER, expected).replace(WORSE, worse)
    return Feedback(
        agreed=judgement.verdict == comparison.expected,
        expected=expected,
        said=SAID.get(judgement.verdict) or _letter(judgement.verdict, judgement.left),
        explanation=SafeString(rendering.render(told)) if told else SafeString(""),
    )


def _sides(expected: str) -> tuple[str, str]:
    return ("a", "b") if expected == "a" else ("b", "a")


def _letter(side: str, left: str) -> str:
    """The column of a comparison's own side: A is always the left one."""
    return "A" if side == left else "B"
