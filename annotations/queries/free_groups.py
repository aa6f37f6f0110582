"""The draw of the study's next comparison, by the database, in one statement.

It is asked once a judgement, while a rater waits: the groups that this rater has not met and that have a place left, the
least covered of them, and one of these by a number that the caller has drawn.
"""

from dataclasses import dataclass

from django.db import connection

from annotations.assigning import TOPIC_DISTANCE
from annotations.models import Assignment, Comparison, Rater, RatingSession


@dataclass(frozen=True)
class Drawn:
    """A group's comparisons in the order of their cells, and of how many equally covered groups it was drawn.

    `lapsed`: comparisons of which this rater holds an assignment whose lease has passed.
    """

    comparisons: tuple[Comparison, ...]
    lapsed: frozenset[int]
    level: int
    topic_repeated: bool


# A group counts as covered by what is taken of all its variants. Groups of other topics than the rater's last ones come
# first, whatever their coverage. OFFSET counts in a fixed order, so that a draw can be replayed.
_SQL = """
WITH recent AS (
    SELECT c.topic FROM {assignment} AS a JOIN {comparison} AS c ON c.id = a.comparison_id
    WHERE a.rater_id = %s ORDER BY a.id DESC LIMIT {distance}
), free AS (
    SELECT "group", MIN(id) AS first, MAX(id) AS last, SUM(taken) AS taken,
        MAX(CASE WHEN topic IN (SELECT topic FROM recent) THEN 1 ELSE 0 END) AS again
    FROM {comparison} WHERE protocol_id = %s AND purpose = 'study' AND "group" NOT IN (
        SELECT c."group" FROM {assignment} AS a JOIN {comparison} AS c ON c.id = a.comparison_id
        WHERE a.rater_id = %s AND a.state <> 'expired'
    ) GROUP BY "group" {places}
), lowest AS (
    SELECT again, taken, COUNT(*) AS level FROM free GROUP BY again, taken ORDER BY again, taken LIMIT 1
), drawn AS (
    SELECT free."group", first, last, free.again, level FROM free
    JOIN lowest ON free.again = lowest.again AND free.taken = lowest.taken
    ORDER BY first LIMIT 1 OFFSET COALESCE((SELECT %s %% level FROM lowest), 0)
)
SELECT c.*, drawn.again, drawn.level, EXISTS (
    SELECT 1 FROM {assignment} AS a WHERE a.comparison_id = c.id AND a.rater_id = %s AND a.take = 0
) AS lapsed
FROM drawn JOIN {comparison} AS c ON c.id BETWEEN drawn.first AND drawn.last AND c."group" = drawn."group"
WHERE c.protocol_id = %s AND c.purpose = 'study' ORDER BY c.cell, c.id
"""


def draw(session: RatingSession, number: int) -> Drawn | None:
    """The group that `number` (of any size, drawn uniformly) falls on; None where none is left for this rater.

    Places are people's: for another kind of rater every group has one left.
    """
    person = session.rater.kind == Rater.Kind.PERSON
    sql = _SQL.format(
        assignment=connection.ops.quote_name(Assignment._meta.db_table),
        comparison=connection.ops.quote_name(Comparison._meta.db_table),
        distance=TOPIC_DISTANCE,
        places="HAVING SUM(taken) < SUM(wanted)" if person else "",
    )
    rater, protocol = session.rater_id, session.protocol_id
    found = list(Comparison.objects.raw(sql, [rater, protocol, rater, number, rater, protocol]))
    if not found:
        return None
    # What the statement says beside the comparisons' own columns.
    said = [vars(row) for row in found]
    lapsed = frozenset(row.pk for row, beside in zip(found, said, strict=True) if beside["lapsed"])
    return Drawn(tuple(found), lapsed, int(said[0]["level"]), bool(said[0]["again"]))
