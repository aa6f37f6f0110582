"""The edits of a study as a lead reads them: what was changed, word by word, and how far each cue is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from vibes.edits import registry
from vibes.edits.word_diff import Piece, word_diff
from vibes.models import Arm, ClaimsReading, Edit, Study, StudyCue

State, Verdict = Edit.State, ClaimsReading.Verdict
EXCERPT = 300
# What the list can be narrowed to. Of those to be read, "problems" cannot be approved, and "unconfirmed" only one by one.
SHOWN = {
    "read": "To be read",
    "unconfirmed": "Claims not confirmed",
    "problems": "Found wrong by the check",
    "approved": "Approved",
    "dropped": "Dropped",
    "impossible": "Not possible",
    "asked": "Being made",
}
_WITH = (
    "cue__reader",
    "generation__prompt",
    "generation__endpoint",
    "decided_by",
    "reading",
)
_DEALT = Exists(Arm.objects.filter(matchup=OuterRef("pk")))
# Whether a reader, where the cue has one, finds the same claims.
CONFIRMED = Q(cue__reader=None) | Q(reading__verdict=Verdict.SAME)
_OPEN = {
    "problems": ~Q(problems=[]),
    "read": Q(CONFIRMED, problems=[]),
    "unconfirmed": Q(problems=[])
    & ~Q(cue__reader=None)
    & (~Q(reading__verdict=Verdict.SAME) | Q(reading=None)),
}
_SHOWN = Case(
    *(When(condition, state=State.PROPOSED, then=Value(name)) for name, condition in _OPEN.items()),
    default=F("state"),
    output_field=CharField(),
)


@dataclass(frozen=True)
class CueRow:
    """One cue of the study: its edits by state, its matchups by what became of them."""

    cue: StudyCue
    title: str
    edits: dict[str, int]
    waiting: int
    dealt: int

    @property
    def to_read(self) -> int:
        """Confirmed or not."""
        return self.edits.get("read", 0) + self.edits.get("unconfirmed", 0)


@dataclass(frozen=True)
class EditRow:
    """`length`: that of the edit against the answer's, in words. `claims`: what the reader found, in a sentence."""

    edit: Edit
    title: str
    prompt: str
    model: str
    pieces: tuple[Piece, ...]
    length: str
    decided: str
    claims: str
    verdict: str

    @property
    def is_doubted(self) -> bool:
        return self.verdict in (Verdict.CHANGED, Verdict.UNREADABLE, Verdict.FAILED)

    @property
    def is_open(self) -> bool:
        return self.edit.state == State.PROPOSED


@dataclass(frozen=True)
class Waiting:
    """Of a study with cues: `paired` pairs of answers, of which `ready` are dealt, and the edits that a lead has to read."""

    paired: int
    ready: int
    to_read: int


def waiting(study: Study) -> Waiting | None:
    """None in a study without cues."""
    if not study.cues.exists():
        return None
    pairs = study.matchups.exclude(generation_a=F("generation_b"))
    return Waiting(
        paired=pairs.count(),
        ready=pairs.filter(_DEALT).count(),
        to_read=Edit.objects.filter(cue__study=study, state=State.PROPOSED).count(),
    )


def cue_rows(study: Study) -> list[CueRow]:
    """In three statements, however many cues there are."""
    cues = list(study.cues.select_related("endpoint", "reader", "errand", "reader_errand"))
    edits: dict[int, Counter[str]] = {cue.pk: Counter() for cue in cues}
    found = Edit.objects.filter(cue__study=study).exclude(state=State.REDONE)
    tallied = found.annotate(shown=_SHOWN).values_list("cue", "shown").annotate(n=Count("pk"))
    for cue, shown, n in tallied.order_by():
        edits[cue][shown] += n
    dealt: dict[int, dict[bool, int]] = {cue.pk: {} for cue in cues}
    matchups = study.matchups.filter(cue__isnull=False).annotate(dealt=_DEALT)
    for cue, is_dealt, n in matchups.values_list("cue", "dealt").annotate(n=Count("pk")).order_by():
        dealt[cue][is_dealt] = n
    return [
        CueRow(
            cue=cue,
            title=title_of(cue),
            edits=dict(edits[cue.pk]),
            waiting=dealt[cue.pk].get(False, 0),
            dealt=dealt[cue.pk].get(True, 0),
        )
        for cue in cues
    ]


def are_read(cues: Sequence[CueRow]) -> bool:
    """Whether an endpoint reads the claims of any cue's edits once more."""
    return any(row.cue.reader_id for row in cues)


def kinds(cues: Sequence[CueRow]) -> list[tuple[str, str]]:
    return [one for one in SHOWN.items() if one[0] != "unconfirmed" or are_read(cues)]


def title_of(cue: StudyCue) -> str:
    title = registry.EDITS[cue.name].title
    return title if cue.design == StudyCue.Design.VARIANTS else f"{title}, against the answer itself"


def edits_of(study: Study, *, cue: int | None, shown: str) -> QuerySet[Edit]:
    """In the cue's random order, so that the first ones are a sample of all."""
    found = Edit.objects.filter(cue__study=study)
    if cue is not None:
        found = found.filter(cue=cue)
    found = found.filter(_OPEN[shown], state=State.PROPOSED) if shown in _OPEN else found.filter(state=shown)
    return found.order_by("cue", "draw", "pk")


def unanswered(cue: StudyCue) -> QuerySet[ClaimsReading]:
    """Readings of open edits in which the reader said nothing that could be read."""
    verdicts = (Verdict.FAILED, Verdict.UNREADABLE)
    return ClaimsReading.objects.filter(edit__cue=cue, edit__state=State.PROPOSED, verdict__in=verdicts)


def rows(page: Sequence[Edit]) -> list[EditRow]:
    chosen = Edit.objects.filter(pk__in=[edit.pk for edit in page])
    found = {edit.pk: edit for edit in chosen.select_related(*_WITH)}
    return [row(found[edit.pk]) for edit in page]


def row(edit: Edit) -> EditRow:
    said = edit.generation.prompt.text
    reading = getattr(edit, "reading", None)
    return EditRow(
        edit=edit,
        title=title_of(edit.cue),
        prompt=said if len(said) <= EXCERPT else f"{said[:EXCERPT].rstrip()}…",
        model=edit.generation.endpoint.name,
        pieces=word_diff(edit.generation.text, edit.text) if edit.text else (),
        length=_length(edit.ratio),
        decided=_decided(edit),
        claims=_claims(edit, reading),
        verdict=reading.verdict if reading else Verdict.WAITING.value if edit.cue.reader_id else "",
    )


def _claims(edit: Edit, reading: ClaimsReading | None) -> str:
    """Empty where nobody is asked: the cue has no reader, or the check by rule found something wrong."""
    reader = edit.cue.reader
    if reader is None or (reading is None and (edit.problems or edit.state != State.PROPOSED)):
        return ""
    verdict = reading.verdict if reading else Verdict.WAITING
    why = reading.reason if reading else ""
    match verdict:
        case Verdict.SAME:
            own = ", in an edit of its own" if reader.pk == edit.cue.endpoint_id else ""
            return f"{reader.name} finds the same claims{own}."
        case Verdict.CHANGED:
            return f"{reader.name} finds a claim changed{f': {why}' if why else ', and does not say which.'}"
        case Verdict.UNREADABLE:
            return f"What {reader.name} says could not be read: {why}"
        case Verdict.FAILED:
            return f"{reader.name} has not answered, and will not: {why}"
    return f"{reader.name} has not answered yet."


def _length(ratio: float | None) -> str:
    if ratio is None:
        return ""
    percent = round(100 * (ratio - 1))
    return "as long" if percent == 0 else f"{abs(percent)} % {'longer' if percent > 0 else 'shorter'}"


def _decided(edit: Edit) -> str:
    if edit.decided_by is None or edit.decided_at is None:
        return ""
    unread = ", unread after a sample" if edit.in_bulk else ""
    return f"{edit.get_state_display()} by {edit.decided_by.username}, {edit.decided_at:%-d %B %Y}{unread}"
