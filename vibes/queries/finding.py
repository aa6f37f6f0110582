"""Comparisons of a study's newest version, looked for by words and facts, fifty a page, the newest first.

A page is reached by the comparison that it follows, never by counting rows: the last of a million costs what the first does.
Up to MOST_COUNTED are counted, and of passages, each of which is read in its row, MOST_PASSAGES; of more the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Max, QuerySet
from django.db.models.lookups import GreaterThan, LessThan

from annotations.models import Comparison
from vibes.models import FindableComparison, FindableStudy, Study
from vibes.queries import disagreements, finding_indexes, finding_words, unblinded
from vibes.queries.amounts import counted
from vibes.queries.disagreements import SAID, Word
from vibes.queries.finding_facts import fact
from vibes.queries.finding_words import Passage, Term
from vibes.queries.unblinded import Key

A_PAGE = 50
MOST_COUNTED, MOST_PASSAGES = 1_000, 200


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
    """Raises NotToBeFound where a search takes too long."""
    search = Search(study, wanted)
    with finding_indexes.patience():
        some = search.some()
        if len(some) <= search.most:
            ids, (newer, older) = _of_few(sorted(some, reverse=True), wanted)
            amount = counted(len(some), "comparison") if some else ""
        else:
            ids, (newer, older) = _of_many(search, wanted)
            amount = f"more than {counted(search.most, 'comparison')}"
    return Found(
        rows=_rows(ids, wanted),
        amount=amount,
        newer=urlencode({"after": ids[0]}) if newer else "",
        older=urlencode({"before": ids[-1]}) if older else "",
        oldest=urlencode({"after": 0}) if older else "",
    )


Ids = tuple[list[int], tuple[bool, bool]]


class Search:
    """Ids of what is looked for, by whichever index gives them soonest."""

    def __init__(self, study: Study, wanted: Wanted) -> None:
        self.facts, self.terms = wanted.told(study.pk), wanted.terms
        self.study = study.pk
        self.all = FindableComparison.objects.filter(study=study, pk__gt=finding_indexes.floor(study.pk))
        self.looked_up = finding_indexes.answers(self.facts, self.terms)
        self.passage = any(" " in term.words for term in self.terms if not term.without)
        self.most = MOST_PASSAGES if self.passage else MOST_COUNTED

    def _match(self, rows: QuerySet[FindableComparison]) -> QuerySet[FindableComparison]:
        return finding_indexes.matching(rows, self.facts, self.terms)

    def some(self) -> list[int]:
        """Up to one more than are counted, in no order."""
        if not self.looked_up:
            return _ids(self._match(self.all).order_by(), self.most + 1)
        if self._common():
            near = self._near(self.all.order_by("-pk"), finding_indexes.FAR, self.most + 1)
            if len(near) > self.most:
                return near
        with finding_indexes.by_index():
            return _ids(self._match(finding_indexes.alone(self.study)).order_by(), self.most + 1)

    def _common(self) -> bool:
        """Whether so many of the newest match that a walk counts sooner than the index, which lists all. A passage is read in
        its row either way."""
        share = finding_indexes.PASSAGE_SHARE if self.passage else finding_indexes.WORD_SHARE
        least = int(share * finding_indexes.SAMPLE)
        return len(self._near(self.all.order_by("-pk"), finding_indexes.SAMPLE, least)) >= least

    def _near(self, rows: QuerySet[FindableComparison], window: int, most: int) -> list[int]:
        """Those among the next so many rows."""
        descending = str(rows.query.order_by[0]).startswith("-")
        for end in _ids(rows[window:], 1):
            rows = rows.filter(**{"pk__gt" if descending else "pk__lt": end})
        return _ids(self._match(rows), most)

    def after(self, bound: int, most: int) -> list[int]:
        """The next ones above, the oldest first."""
        above = self.all.filter(pk__gt=bound).order_by("pk")
        if not self.looked_up:
            return _ids(self._match(above), most)
        near = self._near(above, finding_indexes.WINDOW, most)
        if len(near) == most:
            return near
        with finding_indexes.by_index():
            rows = finding_indexes.alone(self.study, GreaterThan(finding_indexes.NTH, bound))
            return _ids(self._match(rows).order_by(finding_indexes.NTH.asc()), most)

    def before(self, bound: int | None, most: int) -> list[int]:
        """The next ones below, the newest first; from the top without a bound."""
        below = (self.all if bound is None else self.all.filter(pk__lt=bound)).order_by("-pk")
        if not self.looked_up:
            return _ids(self._match(below), most)
        near = self._near(below, finding_indexes.WINDOW, most)
        if len(near) == most:
            return near
        with finding_indexes.by_index():
            bounds = [] if bound is None else [LessThan(finding_indexes.NTH, bound)]
            rows = finding_indexes.alone(self.study, *bounds)
            return _ids(self._match(rows).order_by(finding_indexes.NTH.desc()), most)


def _ids(rows: QuerySet[FindableComparison], most: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:most])


def _of_few(ids: list[int], wanted: Wanted) -> Ids:
    """All ids are at hand, the newest first. Beside the page's: whether there are newer and older ones."""
    if wanted.before is not None:
        page = [pk for pk in ids if pk < wanted.before][:A_PAGE]
    elif wanted.after is not None:
        page = [pk for pk in ids if pk > wanted.after][-A_PAGE:]
    else:
        page = ids[:A_PAGE]
    return page, (bool(page) and page[0] != ids[0], bool(page) and page[-1] != ids[-1])


def _of_many(search: Search, wanted: Wanted) -> Ids:
    """One id more than the page has tells whether it goes on; that it came from somewhere, whether it goes back."""
    if wanted.before is None and wanted.after is not None:
        page = search.after(wanted.after, A_PAGE + 1)
        return page[:A_PAGE][::-1], (len(page) > A_PAGE, wanted.after > 0)
    page = search.before(wanted.before, A_PAGE + 1)
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
