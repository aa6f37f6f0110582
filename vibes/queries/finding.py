"""Comparisons of a study's newest version, looked for by words and facts, fifty a page, the newest first.

A page is reached by the comparison that it follows, never by counting rows: the last of a million costs what the first does.
Up to MOST_COUNTED are counted; of more the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Max, QuerySet

from annotations.models import Comparison
from vibes.models import FindableComparison, FindableStudy, Study
from vibes.queries import disagreements, finding_indexes, finding_words, unblinded
from vibes.queries.amounts import counted
from vibes.queries.disagreements import SAID, Word
from vibes.queries.finding_facts import fact
from vibes.queries.finding_words import Passage, Term
from vibes.queries.unblinded import Key

A_PAGE = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `kind`: of the raters whose votes are meant. `facts`: (name, value) as `finding_facts` tells them;
    `of_votes`: those that are told for each kind of rater. `before` and `after`: the comparison that a page stands below or
    above; `after` 0 is the last page."""

    kind: str
    terms: tuple[Term, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()
    of_votes: tuple[tuple[str, object], ...] = ()
    before: int | None = None
    after: int | None = None

    def told(self, study: int) -> list[str]:
        plain = [fact(study, name, value) for name, value in self.facts]
        return plain + [fact(study, f"{self.kind}.{name}", value) for name, value in self.of_votes]


@dataclass(frozen=True)
class Row:
    """One comparison as the list shows it, with its key. `told`: each verdict and how often it was given."""

    public_id: str
    excerpt: str
    prompt_class: str
    key: Key | None
    told: tuple[tuple[str, int], ...]
    traits: str
    words: tuple[Word, ...]
    # Where something that was looked for stands first: in "A", "B" or the "Prompt".
    where: str
    passage: Passage | None


@dataclass(frozen=True)
class Found:
    """A page of rows. `amount`: how many there are in all, in words, empty for none; `newer`, `older`, `oldest`: what the address of
    that page ends with, empty where there is none."""

    rows: tuple[Row, ...]
    amount: str
    newer: str
    older: str
    oldest: str


def found(study: Study, wanted: Wanted) -> Found:
    rows = FindableComparison.objects.filter(study=study, pk__gt=finding_indexes.floor(study.pk))
    matching = finding_indexes.matching(rows, wanted.told(study.pk), wanted.terms)
    some = list(matching.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if len(some) <= MOST_COUNTED:
        ids, more = _of_few(sorted(some, reverse=True), wanted)
        amount = counted(len(some), "comparison") if some else ""
    else:
        ids, more = _of_many(matching, wanted)
        amount = f"more than {counted(MOST_COUNTED, 'comparison')}"
    newer, older = more
    return Found(
        rows=_rows(ids, wanted),
        amount=amount,
        newer=urlencode({"after": ids[0]}) if newer else "",
        older=urlencode({"before": ids[-1]}) if older else "",
        oldest=urlencode({"after": 0}) if older else "",
    )


Ids = tuple[list[int], tuple[bool, bool]]


def _of_few(ids: list[int], wanted: Wanted) -> Ids:
    """All ids are at hand, the newest first. Beside the page's: whether there are newer and older ones."""
    if wanted.before is not None:
        page = [pk for pk in ids if pk < wanted.before][:A_PAGE]
    elif wanted.after is not None:
        page = [pk for pk in ids if pk > wanted.after][-A_PAGE:]
    else:
        page = ids[:A_PAGE]
    return page, (bool(page) and page[0] != ids[0], bool(page) and page[-1] != ids[-1])


def _of_many(matching: QuerySet[FindableComparison], wanted: Wanted) -> Ids:
    """One id more than the page has tells whether it goes on; that it came from somewhere, whether it goes back."""
    ids = matching.values_list("pk", flat=True)
    if wanted.before is None and wanted.after is not None:
        page = list(ids.filter(pk__gt=wanted.after).order_by("pk")[: A_PAGE + 1])
        return page[:A_PAGE][::-1], (len(page) > A_PAGE, wanted.after > 0)
    if wanted.before is not None:
        ids = ids.filter(pk__lt=wanted.before)
    page = list(ids.order_by("-pk")[: A_PAGE + 1])
    return page[:A_PAGE], (wanted.before is not None, len(page) > A_PAGE)


def _rows(ids: Sequence[int], wanted: Wanted) -> tuple[Row, ...]:
    """In five looks, however many there are."""
    facts = FindableComparison.objects.defer("words", "facts").in_bulk(ids)
    texts = ("prefix", "side_a", "side_b") if wanted.terms else ("prefix",)
    comparisons = Comparison.objects.only("public_id", "caption", *texts).in_bulk(ids)
    keys, words = unblinded.keys(ids), disagreements.words(ids)
    return tuple(
        Row(
            public_id=str(comparisons[pk].public_id),
            excerpt=disagreements.excerpt(comparisons[pk]),
            prompt_class=comparisons[pk].caption,
            key=keys.get(pk),
            told=tuple((SAID[verdict], n) for verdict, n in _in_order(facts[pk].votes.get(wanted.kind, {}))),
            traits=_traits(facts[pk]),
            words=words.get(pk, ()),
            where=where,
            passage=passage,
        )
        for pk in ids
        for where, passage in [_passage(comparisons[pk], wanted.terms)]
    )


def _passage(comparison: Comparison, terms: Sequence[Term]) -> tuple[str, Passage | None]:
    """In an answer rather than in the prompt, whose beginning stands there anyway."""
    if not terms:
        return "", None
    parts = {"A": comparison.side_a, "B": comparison.side_b, "Prompt": comparison.prefix}
    for where, turns in parts.items():
        if found := finding_words.passage("\n".join(turn["text"] for turn in turns), terms):
            return where, found
    return "", None


def _in_order(votes: dict[str, int]) -> list[tuple[str, int]]:
    return [(verdict, votes[verdict]) for verdict in SAID if verdict in votes]


def _traits(row: FindableComparison) -> str:
    told = [f"{row.longer.upper()} is longer"] if row.longer else []
    told += [f"{row.formatted.upper()} has more formatting"] if row.formatted else []
    return ", ".join(told)


@dataclass(frozen=True)
class Reach:
    """How much of a study can be looked for: how many comparisons are at hand, how many are still to be read, and how many
    of the newest are looked through where that is not all of them (else 0)."""

    there: int
    waiting: int
    only: int


def reach(study: Study) -> Reach:
    state = FindableStudy.objects.filter(study=study, protocol=study.protocol_id).first()
    own = Comparison.objects.filter(protocol=study.protocol_id)
    there, upto = (state.comparisons, state.comparisons_upto) if state else (0, 0)
    waiting = 0
    if (own.aggregate(last=Max("pk"))["last"] or 0) > upto:
        # Not on every page: to count a million takes longer than to find fifty.
        waiting = own.filter(
            pk__gt=upto, purpose=Comparison.Purpose.STUDY, writing=Comparison.Writing.DONE
        ).count()
    limited = not finding_indexes.indexed() and there > finding_indexes.SQLITE_MOST
    return Reach(there, waiting, finding_indexes.SQLITE_MOST if limited else 0)
