"""The draw of the study's next comparison, along an index: it takes as long among a million comparisons as among a thousand.

It is asked once a judgement, while a rater waits. Groups stand in a stored random order (`Comparison.draw`). Of those that
this rater has not met and that have a place left, the least covered are a level. From a random point on, one of the next
few groups of the level is drawn, by priority (`assigning.pick_near`). So raters who ask at once seldom draw the same one.

Past what a rater has met, and past the prompts of their last comparisons, the walk goes step by step. It is long only where
few prompts hold nearly all comparisons.
"""

import random
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q

from annotations import assigning
from annotations.assigning import AFTER, TOPIC_DISTANCE, WINDOW, Standing
from annotations.models import Assignment, Comparison, Rater, RatingSession
from annotations.queries import compiled
from annotations.queries.dealing import HELD


@dataclass(frozen=True)
class Drawn:
    """A group by the id of its head, what was taken of it then, and the probability with which it was drawn: given the order,
    and what was taken, met and preferred at that moment."""

    head: int
    covered: int
    probability: float
    topic_repeated: bool


# `part` 0 goes on from the point, 1 from the start of the order; 2 goes back from the point, 3 from the end.
_WALK = """
WITH own AS MATERIALIZED (
    SELECT a.id, a.state, a.session_id, c."group", c.topic
    FROM {assignment} AS a JOIN {comparison} AS c ON c.id = a.comparison_id WHERE a.rater_id = %(rater)s
), met AS (
    SELECT "group" FROM own WHERE state <> 'expired'{authored}
), avoided AS ({avoided}
), free AS NOT MATERIALIZED (
    SELECT id, covered, draw, priority FROM {comparison}
    WHERE protocol_id = %(protocol)s AND {open}
        AND "group" NOT IN (SELECT "group" FROM met) AND topic NOT IN (SELECT topic FROM avoided)
){least}
SELECT 0 AS part, id, covered, draw, priority FROM (
    SELECT * FROM free WHERE {level} draw >= %(point)s ORDER BY draw LIMIT {after}) AS onward
UNION ALL SELECT 1, id, covered, draw, priority FROM (
    SELECT * FROM free WHERE {level} draw < %(point)s ORDER BY draw LIMIT {after}) AS from_start
UNION ALL SELECT 2, id, covered, draw, priority FROM (
    SELECT * FROM free WHERE {level} draw < %(point)s ORDER BY draw DESC LIMIT {before}) AS back
UNION ALL SELECT 3, id, covered, draw, priority FROM (
    SELECT * FROM free WHERE {level} draw >= %(point)s ORDER BY draw DESC LIMIT {before}) AS from_end
"""

# Places are people's: for another kind of rater every group has one left, and all are one level.
_LEAST = ", least AS (SELECT covered FROM free ORDER BY covered, draw LIMIT 1)"
_AT_LEAST = "covered = (SELECT covered FROM least) AND"
# A rater's own prompts are dealt to them apart (`queries.own_prompts`).
_AUTHORED = """
    UNION ALL SELECT "group" FROM {comparison} WHERE author_id = %(rater)s AND protocol_id = %(protocol)s"""
# No further comparison of a prompt of which this rater was shown who wrote what (`revealed.topics`), under any protocol.
_KNOWN = """
    SELECT own.topic FROM own JOIN {ratingsession} AS s ON s.id = own.session_id
    WHERE own.state = 'judged' AND s.revealed_at IS NOT NULL"""
_RECENT = """
    UNION ALL SELECT topic FROM (SELECT topic FROM own ORDER BY id DESC LIMIT {distance}) AS recent"""


def draw(session: RatingSession, rng: random.Random, *, without_own: bool = False) -> Drawn | None:
    """A group for this rater; None where none is left. Groups of other topics than their last ones come first, whatever
    their coverage. `without_own`: none of a prompt that this rater wrote."""
    point = rng.random()
    for repeated in (False, True):
        after, before = _around(session, point, other_topics=not repeated, without_own=without_own)
        if after:
            picked = assigning.pick_near(
                [row.standing for row in after], [row.standing for row in before], rng
            )
            drawn = after[picked.index]
            return Drawn(drawn.head, drawn.covered, picked.probability, repeated)
    return None


class _Row(NamedTuple):
    head: int
    covered: int
    standing: Standing


def _around(
    session: RatingSession, point: float, *, other_topics: bool, without_own: bool
) -> tuple[list[_Row], list[_Row]]:
    """The level's groups from a point of the order on, and those before it, the nearest first."""
    person = session.rater.kind == Rater.Kind.PERSON
    tables = _tables()
    avoided = _KNOWN + _RECENT if other_topics else _KNOWN
    sql = _WALK.format(
        **tables,
        avoided=avoided.format(**tables, distance=TOPIC_DISTANCE),
        authored=_AUTHORED.format(**tables) if without_own else "",
        open="covered < places" if person else "places > 0",
        least=_LEAST if person else "",
        level=_AT_LEAST if person else "",
        after=AFTER,
        before=WINDOW,
    )
    parts: tuple[list[_Row], ...] = ([], [], [], [])
    with compiled.cursor() as cursor:
        cursor.execute(sql, {"rater": session.rater_id, "protocol": session.protocol_id, "point": point})
        for part, head, covered, at, priority in cursor.fetchall():
            parts[part].append(_Row(head, covered, Standing(at, 1 + priority)))
    onward, from_start, back, from_end = parts
    return (onward + from_start)[:AFTER], (back + from_end)[:WINDOW]


def variants(session: RatingSession, head: int) -> list[Comparison]:
    """All variants of a group by its head, each with `lapsed`: this rater holds an assignment of it whose lease has passed."""
    group = Comparison.objects.filter(pk=head).values("group")[:1]
    own = Assignment.objects.filter(comparison=OuterRef("pk"), rater=session.rater_id, take=0)
    rows = Comparison.objects.filter(
        protocol=session.protocol_id, purpose=Comparison.Purpose.STUDY, group=group
    )
    return list(rows.annotate(lapsed=Exists(own)).order_by("cell", "pk"))


def variants_had(session: RatingSession, *, own: bool) -> dict[int, int]:
    """How many of each variant this rater has had under this protocol, by cell, of groups that have variants: of their own
    prompts, or of others'."""
    found = Assignment.objects.filter(
        rater=session.rater_id,
        purpose=Assignment.Purpose.STUDY,
        state__in=HELD,
        comparison__protocol=session.protocol_id,
    ).exclude(comparison__places=F("comparison__wanted"))
    later = Q(strategy=Assignment.OWN_LATER)
    counts = found.filter(later if own else ~later).values_list("comparison__cell").annotate(n=Count("pk"))
    return dict(counts.order_by())


def _tables() -> dict[str, str]:
    models = (Assignment, Comparison, RatingSession)
    return {model.__name__.lower(): connection.ops.quote_name(model._meta.db_table) for model in models}
