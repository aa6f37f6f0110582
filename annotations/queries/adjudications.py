"""What is given to one rater by name: what waits to be dealt, and who may be asked."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotations.assigning import TOPIC_DISTANCE
from annotations.models import Adjudication, Assignment, Protocol, Rater, RatingSession
from annotations.queries import revealed

State, Purpose = Assignment.State, Assignment.Purpose
# Not dealt yet, or dealt and its lease has passed.
NOT_DEALT = Q(assignment=None) | Q(assignment__state=State.EXPIRED)


def waiting() -> QuerySet[Adjudication]:
    """Those that are still to be dealt."""
    return Adjudication.objects.filter(NOT_DEALT, withdrawn_at=None)


def some_wait() -> Exists:
    """Beside a session: whether anything waits for its rater. Asked with the session itself, since most have nothing."""
    return Exists(waiting().filter(rater=OuterRef("rater")))


def met_groups(rater: Rater) -> QuerySet[Assignment, str]:
    """Of which pairs this rater has seen a variant; a lapsed assignment is none."""
    found = Assignment.objects.filter(rater=rater).exclude(state=State.EXPIRED)
    return found.values_list("comparison__group", flat=True)


def next_for(session: RatingSession) -> int | None:
    """The comparison that is dealt next: the one that was sent first, of another topic than the last ones where there is
    such a one. A pair that the rater has met since it was sent is not dealt, nor one whose names they have seen."""
    rows = list(_to_deal(session).order_by("pk").values_list("comparison", "comparison__topic"))
    if not rows:
        return None
    last = Assignment.objects.filter(rater=session.rater_id).order_by("-pk")
    recent = set(last.values_list("comparison__topic", flat=True)[:TOPIC_DISTANCE])
    return next((pk for pk, topic in rows if topic not in recent), rows[0][0])


def any_for(session: RatingSession) -> bool:
    return _to_deal(session).exists()


def _to_deal(session: RatingSession) -> QuerySet[Adjudication]:
    own = waiting().filter(rater=session.rater_id, comparison__protocol=session.protocol_id)
    own = own.exclude(comparison__group__in=met_groups(session.rater))
    return own.exclude(comparison__topic__in=revealed.topics(session.rater))


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked, and how many comparisons of the study they have judged."""

    public_id: str
    outside_id: str
    judged: int

    @property
    def short_id(self) -> str:
        return self.public_id[:8]


def raters_of(protocol: Protocol) -> QuerySet[Rater]:
    """People who have begun under this protocol, or for whom a link to it waits."""
    own = Q(sessions__protocol=protocol) | Q(invitation__protocol=protocol)
    return Rater.objects.filter(own, kind=Rater.Kind.PERSON).distinct()


def candidates(protocol: Protocol, most: int) -> list[Candidate]:
    """Those who may be sent something now, the busiest first."""
    judged = Assignment.objects.filter(
        session__protocol=protocol, purpose=Purpose.STUDY, state=State.JUDGED
    ).values_list("rater")
    counts = dict(judged.annotate(n=Count("pk")).order_by())
    begun = Rater.objects.filter(
        sessions__protocol=protocol, kind=Rater.Kind.PERSON, standing=Rater.Standing.ACTIVE
    )
    rows = begun.distinct().values_list("pk", "public_id", "outside_id")
    found = [(counts.get(pk, 0), pk, str(public_id), outside) for pk, public_id, outside in rows]
    found.sort(key=lambda row: (-row[0], row[1]))
    return [Candidate(public_id, outside, n) for n, _, public_id, outside in found[:most]]
