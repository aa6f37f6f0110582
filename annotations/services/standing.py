"""A rater's standing: paused, excluded, readmitted. Each is reversible, has a reason and an audit row; nothing is deleted.

Paused: no further comparison; what is there counts, and an answer that is on the screen is still taken. Excluded: the
judgements stay stored and do not count (`queries.judgements.standing`), and their places are dealt again. Readmitted: places
that are still free are taken again. A judgement whose place somebody else has by then stays without one: it counts again, as
one more than was wanted.
"""

from django.db import transaction

from annotations.models import Assignment, Rater, User
from annotations.services import ahead, audit, dealing

Standing = Rater.Standing
LONGEST_REASON = 300


class NoReason(ValueError):
    """A change of standing without a reason, or with one that is too long to keep."""


@transaction.atomic
def pause(*, by: User, rater: Rater, reason: str) -> bool:
    """The rater gets no further comparison. False where the rater is not active."""
    return _change(by, rater, reason, "paused", {Standing.ACTIVE}, Standing.PAUSED) is not None


@transaction.atomic
def exclude(*, by: User, rater: Rater, reason: str) -> int | None:
    """The rater's judgements do not count any more; how many places are free again. None where they do not count already."""
    found = _change(by, rater, reason, "excluded", {Standing.ACTIVE, Standing.PAUSED}, Standing.EXCLUDED)
    if found is None:
        return None
    # By comparison, here and below: two leads at once take the rows in one order.
    held = found.assignments.filter(holds_place=True).order_by("comparison_id")
    for assignment in held:
        dealing.release_place(assignment=assignment)
    return len(held)


@transaction.atomic
def readmit(*, by: User, rater: Rater, reason: str) -> int | None:
    """The rater goes on, and all judgements count. Of those of an excluded rater, how many found their place taken: they
    count as more than was wanted. None where the rater is active."""
    found = _change(by, rater, reason, "readmitted", {Standing.PAUSED, Standing.EXCLUDED}, Standing.ACTIVE)
    if found is None:
        return None
    extra = 0
    for assignment in _without_place(found):
        if dealing.retake_place(assignment=assignment):
            continue
        if assignment.state == Assignment.State.DEALT:
            # As after a lease that has passed: the page may still be open, and its answer is taken if a place is free then.
            dealing.give_back(assignment=assignment, state=Assignment.State.EXPIRED)
        else:
            extra += 1
    return extra


def _change(
    by: User, rater: Rater, reason: str, verb: str, before: set[Rater.Standing], after: Rater.Standing
) -> Rater | None:
    """The rater in the new standing; None where the old one is not among `before`. Raises NoReason.

    Dealing locks the rater too, and recording the assignment: neither takes a place meanwhile. `no_key`, because rows that
    are being written elsewhere point at the rater.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise NoReason(f"Say why, in at most {LONGEST_REASON} characters.")
    found = Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    if found.standing not in before:
        return None
    list(found.assignments.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if after != Standing.ACTIVE:
        ahead.drop_all(rater=found)
    audit.record(by=by, verb=verb, subject=found, reason=reason, before=found.standing)
    found.standing, found.standing_reason = after, reason
    found.save(update_fields=["standing", "standing_reason"])
    return found


def _without_place(rater: Rater) -> list[Assignment]:
    """What the rater has judged for the study or has on the screen, and holds no place for."""
    if rater.kind != Rater.Kind.PERSON:
        return []
    states = [Assignment.State.DEALT, Assignment.State.JUDGED]
    found = rater.assignments.filter(purpose=Assignment.Purpose.STUDY, holds_place=False, state__in=states)
    return list(found.select_related("comparison", "rater").order_by("comparison_id"))
