"""What may be dealt to a rater."""

from django.db.models import Count, F, QuerySet

from annotations.assigning import TOPIC_DISTANCE
from annotations.models import Assignment, Comparison, Rater, RatingSession

HELD = [Assignment.State.DEALT, Assignment.State.JUDGED]


def open_assignment(session: RatingSession) -> Assignment | None:
    """The earliest assignment of this session that waits for an answer."""
    waiting = session.assignments.filter(state=Assignment.State.DEALT)
    return waiting.select_related("comparison", "session__protocol").order_by("place").first()


def allowed(session: RatingSession) -> QuerySet[Comparison]:
    """Comparisons with a place left, of pairs that this rater has not met. Simulated raters take no places."""
    met = Assignment.objects.filter(rater=session.rater_id).exclude(state=Assignment.State.EXPIRED)
    found = Comparison.objects.filter(protocol=session.protocol_id)
    found = found.exclude(group__in=met.values("comparison__group"))
    if session.rater.kind == Rater.Kind.PERSON:
        found = found.filter(taken__lt=F("wanted"))
    return found


def recent_topics(session: RatingSession) -> list[str]:
    """Topics of the rater's last comparisons, over all sessions."""
    last = Assignment.objects.filter(rater=session.rater_id).order_by("-pk")
    return list(last.values_list("comparison__topic", flat=True)[:TOPIC_DISTANCE])


def least_covered(candidates: QuerySet[Comparison]) -> tuple[QuerySet[Comparison], int]:
    """Those of the lowest coverage, in a fixed order, and how many they are."""
    level = candidates.values("taken").annotate(n=Count("pk")).order_by("taken").first()
    if level is None:
        return candidates.none(), 0
    return candidates.filter(taken=level["taken"]).order_by("pk"), int(level["n"])


def sides_shown(comparison: Comparison, kind: str) -> tuple[int, int]:
    """How often side a, and side b, stood on the left of this comparison before raters of this kind."""
    shown = comparison.assignments.filter(state__in=HELD, rater__kind=kind)
    counts = dict(shown.values_list("left").annotate(n=Count("pk")))
    return counts.get("a", 0), counts.get("b", 0)


def next_place(session: RatingSession) -> int:
    last = session.assignments.order_by("-place").values_list("place", flat=True).first()
    return 0 if last is None else last + 1


def judged(session: RatingSession) -> int:
    return session.assignments.filter(state=Assignment.State.JUDGED).count()
