"""Fills a database with judgements: so many comparisons of a protocol, each judged once of three times that are wanted.

    python bench/workers/stored_judgements.py COUNT

One comparison, rater, session, assignment and judgement are made as the rating room makes them; the rest are copies of them,
made by the database itself: a million through the ORM would take an hour.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import django

django.setup()

from django.db import connection, models  # noqa: E402

from annotations.models import (  # noqa: E402
    Assignment,
    Comparison,
    Judgement,
    Protocol,
    Rater,
    RatingSession,
)
from annotations.services import dealing, judgements, raters, sessions  # noqa: E402

# Copies have ids of their own from here on, far from those that the database gives.
FIRST_ID = 100_000_000
JUDGED_EACH = 500
TOPICS_SHARE = 50
POSTGRESQL = connection.vendor == "postgresql"
UUID = "gen_random_uuid()" if POSTGRESQL else "lower(hex(randomblob(16)))"
RANDOM = "random()" if POSTGRESQL else "(abs(random()) / 9223372036854775808.0)"
NUMBERS = (
    "(SELECT generate_series(0, %s - 1) AS n) AS numbers"
    if POSTGRESQL
    else "(WITH RECURSIVE up(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up WHERE n + 1 < %s) SELECT n FROM up) AS numbers"
)


def copy(row: models.Model, count: int, **values: str) -> None:
    """`values`: what a copy has of its own, in SQL, by column; `n` is its number."""
    columns = [str(field.column) for field in row._meta.concrete_fields]
    own = {"id": f"{FIRST_ID} + n"} | values
    if "public_id" in columns:
        own["public_id"] = UUID
    quoted = [connection.ops.quote_name(column) for column in columns]
    taken = [own.get(column, f"row.{name}") for column, name in zip(columns, quoted, strict=True)]
    table = connection.ops.quote_name(row._meta.db_table)
    sql = f"INSERT INTO {table} ({', '.join(quoted)}) SELECT {', '.join(taken)} FROM {NUMBERS}, {table} AS row WHERE row.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [count, row.pk])


def side(name: str) -> str:
    """The first one's answer with a number of its own, so that no two are one text."""
    text = f"row.{name}::text" if POSTGRESQL else f"row.{name}"
    numbered = f"replace({text}, 'A paragraph', 'Paragraph ' || n)"
    return f"{numbered}::jsonb" if POSTGRESQL else numbered


def main(count: int) -> None:
    protocol = Protocol.objects.get()
    rater = raters.begin(invitation=protocol.invitations.get())
    session = sessions.open_session(rater=rater, protocol=protocol)
    sessions.consent(session=session)
    assignment = dealing.deal_next(session=session)
    assert assignment
    judgement = judgements.record(
        assignment=assignment, rater=rater, answer=judgements.Answer(verdict="a", key="first")
    )
    people = -(-count // JUDGED_EACH)
    copy(Rater.objects.get(pk=rater.pk), people, resume_digest="'copy ' || n", invitation_id="NULL")
    copy(RatingSession.objects.get(pk=session.pk), people, rater_id=f"{FIRST_ID} + n")
    first = Comparison.objects.get(pk=assignment.comparison_id)
    topics = max(100, count // TOPICS_SHARE)
    copy(
        first,
        count,
        group="'copy ' || n",
        topic=f"'topic ' || (n %% {topics})",
        draw=RANDOM,
        side_a=side("side_a"),
        side_b=side("side_b"),
    )
    whose = f"{FIRST_ID} + n / {JUDGED_EACH}"
    place = f"n %% {JUDGED_EACH}"
    dealt = Assignment.objects.get(pk=assignment.pk)
    copy(dealt, count, comparison_id=f"{FIRST_ID} + n", rater_id=whose, session_id=whose, place=place)
    copy(Judgement.objects.get(pk=judgement.pk), count, assignment_id=f"{FIRST_ID} + n", key="'copy ' || n")
    if POSTGRESQL:
        # As autovacuum does, only not while the bench runs.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(Judgement.objects.count())


if __name__ == "__main__":
    main(int(sys.argv[1]))
