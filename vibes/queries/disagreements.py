"""Comparisons on which raters disagree: which, how far, and what has been sent to whom since.

Verdicts of people on the study's own comparisons, under its newest protocol. Retracted ones, and those of excluded raters, do
not count; repeats and adjudications are no votes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from annotations.models import (
    Adjudication,
    Assignment,
    Comparison,
    Invitation,
    Judgement,
    Protocol,
    Rater,
    RatingSession,
)
from annotations.queries import access, judgements
from vibes.models import Study
from vibes.queries import unblinded
from vibes.queries.kept import kept
from vibes.stats.disagreement import Kind, disagreement, kind

State, Purpose, Standing = Assignment.State, Assignment.Purpose, Rater.Standing
VERDICTS = ("a", "b", "tie", "both_bad")
SAID = {"a": "A", "b": "B", "tie": "tie", "both_bad": "both bad"}
KINDS: dict[Kind, str] = {
    "sides": "A against B",
    "both_bad": "Both bad against another verdict",
    "tie": "A side against a tie",
}
SENT = {"none": "Not sent yet", "waiting": "Sent, no word yet", "decided": "With a further word"}
# What became of an adjudication that is neither judged nor on its way.
FATES = {
    State.AHEAD.value: "is with",
    State.SKIPPED.value: "skipped by",
    State.BROKEN.value: "reported broken by",
    State.EXPIRED.value: "waits for",
}
EXCERPT = 160


@dataclass(frozen=True)
class Tally:
    """One comparison by its verdicts, seen from its own sides."""

    comparison: int
    a: int
    b: int
    tie: int
    both_bad: int

    @property
    def raters(self) -> int:
        return self.a + self.b + self.tie + self.both_bad

    @property
    def apart(self) -> float:
        return disagreement(a=self.a, b=self.b, tie=self.tie, both_bad=self.both_bad)

    @property
    def kind(self) -> Kind:
        return kind(a=self.a, b=self.b, tie=self.tie, both_bad=self.both_bad)

    @property
    def told(self) -> tuple[tuple[str, int], ...]:
        """Each verdict that was given, and how often."""
        counts = zip(VERDICTS, (self.a, self.b, self.tie, self.both_bad), strict=True)
        return tuple((SAID[verdict], n) for verdict, n in counts if n)


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed down to. Empty: everything; `prompt_class` None: all classes."""

    prompt_class: str | None = None
    kind: str = ""
    sent: str = ""


def tallies(study: Study, chosen: Chosen) -> list[Tally]:
    """The furthest apart first; of equals the one that more raters judged, then the older one."""
    name = f"disagreements:{chosen.prompt_class!r}"
    rows = [Tally(*row) for row in kept(name, study.protocol_id, lambda: _apart(study, chosen.prompt_class))]
    if chosen.kind:
        rows = [row for row in rows if row.kind == chosen.kind]
    if chosen.sent:
        sent, decided = _sent(study.protocol)
        those = {"waiting": sent - decided, "decided": decided}.get(chosen.sent)
        rows = [
            row for row in rows if (row.comparison not in sent if those is None else row.comparison in those)
        ]
    return rows


def _apart(study: Study, prompt_class: str | None) -> list[tuple[int, ...]]:
    """Comparisons with two different verdicts, and how often each was given; in the order of the list."""
    found = _votes(study.protocol)
    if prompt_class is not None:
        # What stands above a comparison is its prompt's class.
        found = found.filter(assignment__comparison__caption=prompt_class)
    counts = {f"n_{verdict}": Count("pk", filter=Q(verdict=verdict)) for verdict in VERDICTS}
    grouped = found.order_by().values("assignment__comparison").annotate(**counts)
    apart = grouped.annotate(lowest=Min("verdict"), highest=Max("verdict")).exclude(lowest=F("highest"))
    rows = [Tally(*row) for row in apart.values_list("assignment__comparison", *counts)]
    ordered = sorted(rows, key=lambda row: (-row.apart, -row.raters, row.comparison))
    return [(row.comparison, row.a, row.b, row.tie, row.both_bad) for row in ordered]


def _votes(protocol: Protocol) -> QuerySet[Judgement]:
    standing = judgements.standing(protocol)
    return standing.filter(assignment__rater__kind=Rater.Kind.PERSON, assignment__purpose=Purpose.STUDY)


def _sent(protocol: Protocol) -> tuple[set[int], set[int]]:
    """Comparisons that were sent to somebody and not taken back, and those that somebody has judged so."""
    given = Adjudication.objects.filter(comparison__protocol=protocol, withdrawn_at=None)
    judged = Q(assignment__state=State.JUDGED) & ~Q(rater__standing=Standing.EXCLUDED)
    return (
        set(given.values_list("comparison", flat=True)),
        set(given.filter(judged).values_list("comparison", flat=True)),
    )


@dataclass(frozen=True)
class Word:
    """What one rater who was asked by name said, or why nothing is there. `verdict` is empty where nothing is."""

    rater: str
    verdict: str
    fate: str
    waits: bool
    rater_id: str


@dataclass(frozen=True)
class Row:
    """One comparison in disagreement, with its key."""

    public_id: str
    excerpt: str
    prompt_class: str
    key: unblinded.Key | None
    told: tuple[tuple[str, int], ...]
    kind: str
    judged: str
    words: tuple[Word, ...]


def rows(shown: Sequence[Tally]) -> list[Row]:
    """In three looks, however many there are."""
    ids = [tally.comparison for tally in shown]
    fields = ("public_id", "prefix", "caption", "wanted")
    comparisons = Comparison.objects.only(*fields).in_bulk(ids)
    keys, said = unblinded.keys(ids), words(ids)
    return [
        Row(
            public_id=str(comparisons[tally.comparison].public_id),
            excerpt=excerpt(comparisons[tally.comparison]),
            prompt_class=comparisons[tally.comparison].caption,
            key=keys.get(tally.comparison),
            told=tally.told,
            kind=KINDS[tally.kind],
            judged=f"{tally.raters} of {comparisons[tally.comparison].wanted}",
            words=said.get(tally.comparison, ()),
        )
        for tally in shown
    ]


def excerpt(comparison: Comparison) -> str:
    """How the user's last turn begins."""
    text = " ".join(comparison.prefix[-1]["text"].split()) if comparison.prefix else ""
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def words(comparisons: Sequence[int]) -> dict[int, tuple[Word, ...]]:
    """What was sent to raters by name of each of these, and what they said, in two looks."""
    given = Adjudication.objects.filter(comparison__in=comparisons, withdrawn_at=None)
    listed = list(given.select_related("rater", "assignment").order_by("pk"))
    verdicts = _verdicts([one.assignment_id for one in listed if one.assignment_id])
    found: dict[int, tuple[Word, ...]] = {}
    for one in listed:
        found[one.comparison_id] = (*found.get(one.comparison_id, ()), _word(one, verdicts))
    return found


def _verdicts(assignments: Sequence[int]) -> dict[int, str]:
    """The newest revision of each: the last of them in this order."""
    revisions = Judgement.objects.filter(assignment__in=assignments).order_by("assignment", "revision")
    return dict(revisions.values_list("assignment", "verdict"))


def _word(adjudication: Adjudication, verdicts: dict[int, str]) -> Word:
    rater, assignment = adjudication.rater, adjudication.assignment
    state = assignment.state if assignment else State.EXPIRED.value
    verdict, fate = "", FATES.get(state, "is with")
    if assignment and state == State.JUDGED:
        fate = "excluded, does not count:" if rater.standing == Standing.EXCLUDED else "says"
        verdict = SAID[verdicts[assignment.pk]] if fate == "says" else ""
    return Word(
        rater=str(rater.public_id)[:8],
        verdict=verdict,
        fate=fate,
        waits=state == State.EXPIRED,
        rater_id=str(rater.public_id),
    )


@dataclass(frozen=True)
class Asked:
    """One rater who was sent something: what waits, is on the screen, or is judged. `link`: of one who has not begun."""

    rater: Rater
    short_id: str
    waiting: int
    judged: int
    link: Invitation | None
    closed: str


def asked(protocol: Protocol) -> list[Asked]:
    """Everybody who was sent something under this protocol, the last one first."""
    given = Q(adjudications__comparison__protocol=protocol, adjudications__withdrawn_at=None)
    waits = Q(adjudications__assignment=None) | Q(adjudications__assignment__state=State.EXPIRED)
    judged = Q(adjudications__assignment__state=State.JUDGED)
    found = Rater.objects.filter(given).annotate(
        waiting=Count("adjudications", filter=given & waits),
        judged=Count("adjudications", filter=given & judged),
        begun=Exists(RatingSession.objects.filter(rater=OuterRef("pk"))),
    )
    return [
        Asked(
            rater=rater,
            short_id=str(rater.public_id)[:8],
            waiting=rater.waiting,
            judged=rater.judged,
            link=None if rater.begun else rater.invitation,
            closed=access.closed_by(rater.invitation) if rater.invitation and not rater.begun else "",
        )
        for rater in found.select_related("invitation").order_by("-pk")
    ]
