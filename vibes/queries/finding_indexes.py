"""How rows with certain facts and words are asked for: by PostgreSQL's indexes, or as text within text on SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, F, Func, Lookup, Q, QuerySet, TextField, Value
from django.db.models.lookups import Exact

from vibes.models import FindableComparison
from vibes.queries.finding_words import NotToBeFound, Term

# What SQLite, which reads every row, is asked to look through at most: the newest of a study.
SQLITE_MOST = 50_000

# PostgreSQL gives up after so long: a passage of words that are everywhere, but seldom together, is read row by row.
PATIENCE_SECONDS = 3
# A walk along the rows reads so many before it is left to the index over words.
WINDOW = 2_000
# Where so many of the SAMPLE newest match, they are counted by a walk along at most FAR rows.
SAMPLE, WORD_SHARE, PASSAGE_SHARE, FAR = 200, 0.3, 0.05, 20_000
# A comparison's number, so written that no index gives its order.
NTH = F("comparison_id") + 0
WALKS = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
# Rows that an index finds are remembered one by one in so much memory; beyond, by the page, each row of which is read again.
FOUND_IN = "64MB"


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


def answers(facts: Sequence[str], terms: Sequence[Term]) -> bool:
    """Whether the indexes over words and facts can say which rows match: they know what stands there, not what does not."""
    return indexed() and (any(not term.without for term in terms) if terms else bool(facts))


def alone(study: int, *bounds: "Lookup[int]") -> QuerySet[FindableComparison]:
    """A study's rows, in a way that no other index is taken in place of those over words and facts."""
    return FindableComparison.objects.filter(Exact(F("study_id") + 0, study), *bounds)


@contextmanager
def patience() -> Iterator[None]:
    """Raises NotToBeFound where PostgreSQL takes longer than is bearable."""
    if not indexed():
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {round(1000 * PATIENCE_SECONDS)}")
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise NotToBeFound(
            "This takes too long: its words stand nearly everywhere, but seldom like this. Add a rarer word, or a choice."
        ) from None


@contextmanager
def by_index() -> Iterator[None]:
    """Within `patience`: rows are looked up, not walked along. PostgreSQL believes that what it looks for is spread evenly, and
    would walk through all rows to a word that stands in the oldest alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join([*(f"SET LOCAL {walk} = off" for walk in WALKS), f"SET LOCAL work_mem = '{FOUND_IN}'"])
        )
        yield
        cursor.execute(
            "; ".join([*(f"SET LOCAL {walk} = on" for walk in WALKS), "SET LOCAL work_mem = DEFAULT"])
        )


def floor(study: int) -> int:
    """The lowest comparison that is looked at: 0 but on SQLite, beyond its limit."""
    if indexed():
        return 0
    newest = FindableComparison.objects.filter(study=study).order_by("-comparison")
    return next(iter(newest.values_list("pk", flat=True)[SQLITE_MOST : SQLITE_MOST + 1]), 0)
