"""What may be dealt to a rater."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet

from annotations.assigning import REPEAT_DISTANCE, TOPIC_DISTANCE
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.queries import adjudications, revealed

State, Purpose = Assignment.State, Assignment.Purpose
HELD = [State.AHEAD, State.DEALT, State.JUDGED]
# The heads of groups that may be dealt: their answers are here.
AUTHORED = Q(purpose=Comparison.Purpose.STUDY, places__gt=0)


@dataclass(frozen=True)
class Progress:
    """Where a session stands: how many were judged, the next free place, whether one waits for its answer, or is dealt ahead."""

    done: int
    next_place: int
    waiting: bool


def progress(session: RatingSession) -> Progress:
    found = session.assignments.aggregate(
        done=Count("pk", filter=Q(state=State.JUDGED)),
        waiting=Count("pk", filter=Q(state__in=[State.AHEAD, State.DEALT])),
        last=Max("place"),
    )
    last = found["last"]
    return Progress(found["done"], 0 if last is None else last + 1, found["waiting"] > 0)


def allowed(session: RatingSession) -> QuerySet[Comparison]:
    """The study's comparisons with a place left, of pairs that this rater has not met. Simulated raters take no places."""
    found = unmet(session).filter(purpose=Comparison.Purpose.STUDY)
    if session.rater.kind == Rater.Kind.PERSON:
        found = found.filter(taken__lt=F("wanted"))
    return found


def more(session: RatingSession) -> bool:
    """Whether a further session would hold anything of the study, or what waits for this rater by name."""
    if allowed(session).exists() or held_ahead(session).exists() or adjudications.any_for(session):
        return True
    return authored(session).exists()


def authored(session: RatingSession) -> QuerySet[Comparison]:
    """The heads of the groups of this rater's own prompts that they have not met: a place is left, or added for them."""
    return unmet(session).filter(AUTHORED, author=session.rater_id)


def held_ahead(session: RatingSession) -> QuerySet[Assignment]:
    """What other raters hold ahead of what they judge now, of pairs that this rater has not met."""
    own = unmet(session).filter(purpose=Comparison.Purpose.STUDY)
    return Assignment.objects.filter(state=State.AHEAD, holds_place=True, comparison__in=own)


def unmet(session: RatingSession) -> QuerySet[Comparison]:
    """Of pairs of which this rater has met no variant, and of prompts whose names they have not seen."""
    met = Assignment.objects.filter(rater=session.rater_id).exclude(state=State.EXPIRED)
    found = Comparison.objects.filter(protocol=session.protocol_id)
    found = found.exclude(topic__in=revealed.topics(session.rater_id))
    return found.exclude(group__in=met.values("comparison__group"))


def checks(session: RatingSession, purpose: str) -> list[int]:
    """Golds, or identical pairs, that this rater has not met: those of other topics than the last ones, or else all."""
    last = Assignment.objects.filter(rater=session.rater_id).order_by("-pk").values("comparison__topic")
    again = ExpressionWrapper(Q(topic__in=last[:TOPIC_DISTANCE]), output_field=BooleanField())
    found = unmet(session).filter(purpose=purpose).annotate(again=again)
    rows = list(found.order_by("pk").values_list("pk", "again"))
    return [pk for pk, again in rows if not again] or [pk for pk, _ in rows]


def check(session: RatingSession, pk: int) -> tuple[Comparison, bool]:
    """The comparison, and whether this rater holds an assignment of it whose lease has passed."""
    lapsed = Assignment.objects.filter(comparison=OuterRef("pk"), rater=session.rater_id, take=0)
    found = Comparison.objects.annotate(lapsed=Exists(lapsed)).get(pk=pk)
    return found, bool(found.lapsed)


@dataclass(frozen=True)
class FirstLook:
    """A judged assignment that may be repeated; `lapsed` where a repeat was dealt and its lease has passed."""

    comparison_id: int
    left: str
    lapsed: bool


def repeatable(session: RatingSession) -> Sequence[FirstLook]:
    """What this rater judged for the study under this protocol and has not seen twice, in the order in which it was dealt:
    what lies far enough back, or else all. Nothing of a prompt whose names they have seen."""
    known = set(revealed.topics(session.rater_id))
    own = Assignment.objects.filter(rater=session.rater_id, session__protocol=session.protocol_id)
    fields = ("comparison", "left", "purpose", "state", "comparison__topic")
    rows = list(own.order_by("session", "place").values_list(*fields))
    repeats = {pk: state for pk, _, purpose, state, _ in rows if purpose == Purpose.REPEAT}
    found = [
        (nth, FirstLook(pk, left, pk in repeats))
        for nth, (pk, left, purpose, state, topic) in enumerate(rows)
        if topic not in known
        and purpose == Purpose.STUDY
        and state == State.JUDGED
        and repeats.get(pk, State.EXPIRED) == State.EXPIRED
    ]
    old = [look for nth, look in found if len(rows) - nth >= REPEAT_DISTANCE]
    return old or [look for _, look in found]


def sides_shown(comparison: Comparison, kind: str) -> tuple[int, int]:
    """How often side a, and side b, stood on the left of this comparison before raters of this kind, repeats aside."""
    shown = comparison.assignments.filter(state__in=HELD, rater__kind=kind).exclude(purpose=Purpose.REPEAT)
    counts = dict(shown.values_list("left").annotate(n=Count("pk")))
    return counts.get("a", 0), counts.get("b", 0)


def judged(session: RatingSession) -> int:
    return session.assignments.filter(state=State.JUDGED).count()
