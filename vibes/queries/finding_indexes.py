"""How rows with certain facts and words are asked for: by PostgreSQL's indexes, or as text within text on SQLite."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, Func, Q, QuerySet, TextField, Value

from vibes.models import FindableComparison
from vibes.queries.finding_words import Term

# What SQLite, which reads every row, is asked to look through at most: the newest of a study.
SQLITE_MOST = 50_000


class _Phrase(Func):
    """Words in this order; one word alone is one too."""

    template = "phraseto_tsquery('simple', %(expressions)s)"
    output_field = TextField()


class _Without(Func):
    template = "!!(%(expressions)s)"
    output_field = TextField()


class _Says(Func):
    template = "document @@ (%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()


class _Holds(Func):
    template = "string_to_array(facts, ' ') @> ARRAY[%(expressions)s]::text[]"
    output_field = BooleanField()


def indexed() -> bool:
    return connection.vendor == "postgresql"


def matching(
    rows: QuerySet[FindableComparison], facts: Sequence[str], terms: Sequence[Term]
) -> QuerySet[FindableComparison]:
    """Those with all these facts, and all terms."""
    if not indexed():
        for fact in facts:
            rows = rows.filter(facts__contains=f" {fact} ")
        for term in terms:
            held = Q(words__contains=f" {term.words} ")
            rows = rows.filter(~held if term.without else held)
        return rows
    if facts:
        rows = rows.filter(_Holds(*(Value(fact) for fact in facts)))
    if terms:
        rows = rows.filter(_Says(*(_query(term) for term in terms)))
    return rows


def _query(term: Term) -> Func:
    phrase = _Phrase(Value(term.words))
    return _Without(phrase) if term.without else phrase


def floor(study: int) -> int:
    """The lowest comparison that is looked at: 0 but on SQLite, beyond its limit."""
    if indexed():
        return 0
    newest = FindableComparison.objects.filter(study=study).order_by("-comparison")
    return next(iter(newest.values_list("pk", flat=True)[SQLITE_MOST : SQLITE_MOST + 1]), 0)
