"""How many prompts of their own a rater may still write in a set, and what waits of those that they wrote."""

from django.db.models import Count, Exists, OuterRef, Q

from annotations.assigning import TOPIC_DISTANCE
from annotations.models import Assignment, Comparison, RatingSession
from annotations.queries import dealing

# Prompts whose answers did not come are not counted, up to so many: each may have cost something.
MOST_FAILED = 3


def written(session: RatingSession) -> tuple[int, int]:
    """How many in this set, and how many of them did not get their answers."""
    own = session.assignments.filter(strategy=Assignment.OWN_PROMPT)
    failed = Count("pk", filter=Q(comparison__writing=Comparison.Writing.FAILED))
    found = own.aggregate(all=Count("pk"), failed=failed)
    return found["all"], found["failed"]


def left(session: RatingSession) -> int:
    """How many more, to be answered at once; 0 in training, and where the study asks for none."""
    most = session.protocol.own_prompts
    if not most or session.protocol.own_prompts_later or session.training or session.ended_at:
        return 0
    count, failed = written(session)
    return max(0, most - count + min(failed, MOST_FAILED))


def some_wait() -> Exists:
    """Beside a session: whether any waits for its rater. Asked with the session itself, since most have none."""
    met = Assignment.objects.exclude(state=Assignment.State.EXPIRED)
    met = met.filter(rater=OuterRef("author"), comparison__group=OuterRef("group"))
    own = Comparison.objects.filter(dealing.AUTHORED, author=OuterRef("rater"), protocol=OuterRef("protocol"))
    return Exists(own.filter(~Exists(met)))


def waiting(session: RatingSession, *, other_topics: bool) -> list[int]:
    """The heads of the groups of this rater's prompts that they have not met, in the random order. `other_topics`: than
    their last ones."""
    found = dealing.authored(session)
    if other_topics:
        last = Assignment.objects.filter(rater=session.rater_id).order_by("-pk")
        found = found.exclude(
            topic__in=list(last.values_list("comparison__topic", flat=True)[:TOPIC_DISTANCE])
        )
    return list(found.order_by("draw", "pk").values_list("pk", flat=True))
