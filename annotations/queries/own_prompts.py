"""How many prompts of their own a rater may still write in a set."""

from django.db.models import Count, Q

from annotations.models import Assignment, Comparison, RatingSession

# Prompts whose answers did not come are not counted, up to so many: each may have cost something.
MOST_FAILED = 3


def written(session: RatingSession) -> tuple[int, int]:
    """How many in this set, and how many of them did not get their answers."""
    own = session.assignments.filter(strategy=Assignment.OWN_PROMPT)
    failed = Count("pk", filter=Q(comparison__writing=Comparison.Writing.FAILED))
    found = own.aggregate(all=Count("pk"), failed=failed)
    return found["all"], found["failed"]


def left(session: RatingSession) -> int:
    """How many more; 0 in training, and where the study asks for none."""
    most = session.protocol.own_prompts
    if not most or session.training or session.ended_at:
        return 0
    count, failed = written(session)
    return max(0, most - count + min(failed, MOST_FAILED))
