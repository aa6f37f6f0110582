"""The places of a session in their order: what was judged, what waits, what is dealt ahead. One statement."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries.compiled import Compiled, Slot

State = Assignment.State
# How many places are read from the end of a session: enough for a rater's pace of now.
LAST = 12
# Of an assignment, what dealing and its page ask for: the rest is read where it is needed.
FIELDS = ("id", "public_id", "comparison_id", "state", "left", "place", "purpose", "strategy", "served_at")


class Place(NamedTuple):
    """An assignment of the session: FIELDS, when it was first answered, and how many revisions it has."""

    pk: int
    public_id: uuid.UUID
    comparison_id: int
    state: str
    left: str
    number: int
    purpose: str
    strategy: str
    served_at: datetime | None
    first_at: datetime | None
    revisions: int


@dataclass(frozen=True)
class Places:
    """`done`: how many were judged. `rows`: all that wait or are dealt ahead, and the last ones of any state: however long a
    session is, as much is read. `named`: whether something was given to the rater by name. `authored`: whether something of a prompt of theirs waits."""

    session: RatingSession
    done: int
    rows: tuple[Place, ...]
    named: bool = False
    authored: bool = False

    @cached_property
    def judged(self) -> tuple[Place, ...]:
        """The last ones, in their order."""
        return tuple(row for row in self.rows if row.state == State.JUDGED)

    @property
    def next_number(self) -> int:
        return self.rows[-1].number + 1 if self.rows else 0

    @property
    def waiting(self) -> Assignment | None:
        """The earliest that waits for an answer."""
        return next(self._in(State.DEALT), None)

    @property
    def ahead(self) -> Assignment | None:
        return next(self._in(State.AHEAD), None)

    def follows_judgement(self, assignment: Assignment) -> bool:
        """Whether the place before this one's was judged."""
        before = [row for row in self.rows if row.number < assignment.place]
        return bool(before) and before[-1].state == State.JUDGED

    def behind(self, assignment: Assignment) -> Assignment | None:
        """What comes after this one, dealt already."""
        found = self._in(State.DEALT, State.AHEAD)
        return next((one for one in found if one.place > assignment.place), None)

    def holds(self, assignment: Assignment) -> bool:
        """Whether it was among the session's when this was read."""
        return any(row.pk == assignment.pk for row in self.rows)

    def revisions(self, assignment: Assignment) -> int:
        """How many rows its answers have, those taken back too."""
        if assignment.is_new:
            return 0
        found = next((row.revisions for row in self.rows if row.pk == assignment.pk), None)
        return assignment.judgements.count() if found is None else found

    def _in(self, *states: State) -> Iterator[Assignment]:
        for row in self.rows:
            if row.state in states:
                yield self._assignment(row)

    def _assignment(self, row: Place) -> Assignment:
        found = Assignment.from_db(connection.alias, FIELDS, row[: len(FIELDS)])
        found.session, found.rater = self.session, self.session.rater
        return found


_SESSION = Slot("session", BigIntegerField())
_JUDGED = Assignment.objects.filter(session=_SESSION, state=State.JUDGED).order_by()
_FIRST = Judgement.objects.filter(assignment=OuterRef("pk")).order_by("revision").values("decided_at")
_LAST = Judgement.objects.filter(assignment=OuterRef("pk")).order_by("-revision").values("revision")
_FROM = Assignment.objects.filter(session=_SESSION).order_by("-place").values("pk")[:LAST]
_OF_SESSION = Compiled(
    lambda: (
        Assignment.objects.filter(Q(state__in=[State.DEALT, State.AHEAD]) | Q(pk__in=_FROM), session=_SESSION)
        .order_by("place")
        .values_list(
            *FIELDS,
            Subquery(_FIRST[:1]),
            Coalesce(Subquery(_LAST[:1]), 0),
            Subquery(_JUDGED.values("session").values_list(Count("pk"))),
        )
    )
)


def of(session: RatingSession, *, named: bool = False, authored: bool = False) -> Places:
    rows = _OF_SESSION.all(session=session.pk)
    done = rows[0][-1] if rows else 0
    return Places(session, done or 0, tuple(Place._make(row[:-1]) for row in rows), named, authored)
