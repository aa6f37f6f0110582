"""The places of a comparison and of its group: raised and lowered by conditional updates only, so that overlap is exact however
many raters ask at once.

A group is what its variants are together. What is wanted and taken of it stands on one of them, its head, so that a draw finds
the least covered group along an index. The head is written before the variant: two raters wait for each other in one order.
"""

from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from annotations import assigning
from annotations.models import Assignment, Comparison, Protocol, Rater, RatingSession
from annotations.queries import free_groups

STUDY = Comparison.Purpose.STUDY


def add_places(*, protocol: Protocol, group: str, wanted: int) -> int:
    """The places of a comparison that is being made: its head's, where the group has one; else its own."""
    heads = Comparison.objects.filter(protocol=protocol, purpose=STUDY, group=group, places__gt=0)
    return 0 if heads.update(places=F("places") + wanted) else wanted


def open_to_others(*, comparison: Comparison) -> None:
    """Gives a comparison that wanted nobody yet its protocol's overlap; whoever waits before it has the first place."""
    wanted = comparison.protocol.overlap
    places = add_places(protocol=comparison.protocol, group=comparison.group, wanted=wanted)
    Comparison.objects.filter(pk=comparison.pk).update(wanted=wanted, places=places)
    waiting = Assignment.objects.filter(
        comparison=comparison, state=Assignment.State.DEALT, holds_place=False
    )
    for pk in waiting.filter(purpose=Assignment.Purpose.STUDY).values_list("pk", flat=True):
        if take_again(comparison=comparison.pk):
            Assignment.objects.filter(pk=pk).update(holds_place=True)


# The place of the group, and of the head itself where it is the only variant; with the row, in one statement.
_TAKE = """
UPDATE {comparison} SET covered = covered + 1, taken = taken + CASE WHEN places = wanted THEN 1 ELSE 0 END
WHERE id = %s AND covered = %s AND covered < places
RETURNING *, EXISTS (
    SELECT 1 FROM {assignment} AS a WHERE a.comparison_id = {comparison}.id AND a.rater_id = %s AND a.take = 0
) AS lapsed
"""


def take(*, session: RatingSession, head: int, covered: int) -> Comparison | None:
    """Takes a place of the group, of the variant whose turn it is; None where others took one since it was `covered` so.

    The comparison says, as `lapsed`, whether this rater holds an assignment of it whose lease has passed.
    """
    tables = {
        model.__name__.lower(): connection.ops.quote_name(model._meta.db_table)
        for model in (Assignment, Comparison)
    }
    # PostgreSQL keeps a head locked that has changed while it was waited for: two raters who each missed one and then want the
    # other's would wait for each other. Going back lets go of it.
    before = transaction.savepoint()
    rows = list(Comparison.objects.raw(_TAKE.format(**tables), [head, covered, session.rater_id]))
    if not rows:
        transaction.savepoint_rollback(before)
        return None
    if rows[0].places == rows[0].wanted:
        return rows[0]
    # Whoever takes a place of the group waits for its head: no count of a variant changes meanwhile.
    found = next_variant(session, head)
    more = int(found.taken == found.wanted)
    if more:
        Comparison.objects.filter(pk=head).update(places=F("places") + more)
    return _taken(found, more)


def take_own(*, session: RatingSession, head: int) -> Comparison:
    """Takes a place of a group for the rater who wrote its prompt; one is added where others have all that they may have."""
    row = Comparison.objects.select_for_update(no_key=True).get(pk=head)
    found = next_variant(session, head)
    more = int(found.taken == found.wanted)
    Comparison.objects.filter(pk=head).update(covered=F("covered") + 1, places=F("places") + more)
    found.covered, found.places = row.covered + 1, row.places + more
    return _taken(found, more)


def _taken(found: Comparison, more: int) -> Comparison:
    Comparison.objects.filter(pk=found.pk).update(taken=F("taken") + 1, wanted=F("wanted") + more)
    found.taken, found.wanted = found.taken + 1, found.wanted + more
    return found


def next_variant(session: RatingSession, head: int) -> Comparison:
    """The variant of a group whose turn it is, in the group's order and this rater's (`assigning.next_cell`); what they had
    of it and lapsed comes again. It has a place left, but for its author: that one is never dealt the variant without
    anything planted, and any other though all are taken. Who takes no places has an order of their own alone."""
    rows = free_groups.variants(session, head)
    if len(rows) == 1:
        return rows[0]
    people = session.rater.kind == Rater.Kind.PERSON
    own = rows[0].author_id == session.rater_id and any(row.cell and row.wanted for row in rows)
    taken = [row.taken if people else 0 for row in rows]
    left = [n for n, row in enumerate(rows) if taken[n] < row.wanted and (row.cell or not own)]
    if not left:
        taken, left = [0] * len(rows), [n for n, row in enumerate(rows) if row.wanted and row.cell]
    had = free_groups.variants_had(session, own=own)
    seed = session.protocol.seed
    rater = assigning.derived_seed(seed, "own" if own else "others", session.rater.public_id)
    return rows[
        assigning.next_cell(
            taken=taken,
            wanted=[row.wanted for row in rows],
            group_seed=assigning.derived_seed(seed, rows[0].group) if people else None,
            had=[had.get(row.cell, 0) for row in rows],
            rater_seed=rater,
            offered=[n for n in left if vars(rows[n])["lapsed"]] or left,
        )
    ]


@transaction.atomic
def take_again(*, comparison: int) -> bool:
    """Takes a place of this comparison, whatever became of it meanwhile; False where none is left."""
    heads = _head_of(comparison)
    if not heads.filter(covered__lt=F("places")).update(covered=F("covered") + 1):
        return False
    if Comparison.objects.filter(pk=comparison, taken__lt=F("wanted")).update(taken=F("taken") + 1):
        return True
    heads.update(covered=F("covered") - 1)
    return False


@transaction.atomic
def release(*, comparison: int) -> None:
    """Frees one place that is taken."""
    _head_of(comparison).filter(covered__gt=0).update(covered=F("covered") - 1)
    Comparison.objects.filter(pk=comparison, taken__gt=0).update(taken=F("taken") - 1)


def _head_of(comparison: int) -> QuerySet[Comparison]:
    row = Comparison.objects.filter(pk=comparison)
    protocol, group = Subquery(row.values("protocol")), Subquery(row.values("group"))
    return Comparison.objects.filter(protocol=protocol, purpose=STUDY, group=group, places__gt=0)


def recount(*, protocol: Protocol) -> None:
    """Counts all groups anew, where what is wanted of their variants was changed beside this module."""
    heads = Comparison.objects.filter(protocol=protocol, purpose=STUDY, places__gt=0)
    group = Comparison.objects.filter(protocol=protocol, purpose=STUDY, group=OuterRef("group"))
    sums = group.order_by().values("group").annotate(wanted_=Sum("wanted"), taken_=Sum("taken"))
    heads.update(places=Subquery(sums.values("wanted_")), covered=Subquery(sums.values("taken_")))
