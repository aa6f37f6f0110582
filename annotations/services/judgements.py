"""Judgements: the only place that writes them. Each step is a new revision; nothing is edited or deleted."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from annotations import assigning, rendering, rubrics
from annotations.models import Assignment, Comparison, Judgement, Protocol, Rater
from annotations.queries import judgements as read
from annotations.queries.compiled import Compiled, CompiledUpdate, Slot
from annotations.queries.judgements import History
from annotations.rubrics import Questions, Scale
from annotations.services import dealing
from annotations.services.details import Details, Refused
from annotations.verdicts import Verdict, parse_lean, parse_verdict


class Stale(Exception):
    """The page that sent this is out of date: the comparison has been answered or given back meanwhile."""


@dataclass(frozen=True)
class Telemetry:
    """What the page saw, in screen sides. None where the page could not tell."""

    first_action_ms: int | None = None
    seconds_visible: float | None = None
    scrolled_left: bool | None = None
    scrolled_right: bool | None = None
    raw_toggled: bool | None = None
    thoughts_opened: bool | None = None
    viewport_width: int | None = None
    colour_scheme: str = ""

    def in_sides(self, left: str) -> dict[str, object]:
        """The same with the comparison's own sides in place of the columns."""
        a, b = self.scrolled_left, self.scrolled_right
        return {
            "first_action_ms": self.first_action_ms,
            "seconds_visible": self.seconds_visible,
            "scrolled_a": a if left == "a" else b,
            "scrolled_b": b if left == "a" else a,
            "raw_toggled": self.raw_toggled,
            "thoughts_opened": self.thoughts_opened,
            "viewport_width": self.viewport_width,
            "colour_scheme": self.colour_scheme,
        }


@dataclass(frozen=True)
class Answer:
    """A verdict as clicked: `a` is the left column. On a scale of five or eight points `strength` is clicked in its place,
    above 0 for the left column."""

    key: str
    verdict: str = ""
    strength: int | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)


def record(*, assignment: Assignment, rater: Rater, answer: Answer) -> Judgement:
    """Writes a verdict as the next revision. A repeated key returns the row that it wrote the first time.

    Raises Refused for an answer outside the rubric, Stale where the comparison no longer waits for this rater.
    """

    def write(row: _Locked) -> Judgement:
        if row.assignment.comparison.writing:
            raise Refused("Both answers have to be here first.")
        values = _in_rubric(answer, row.protocol, row.assignment.left)
        if not row.claimed:
            _claim(row.assignment)
        values |= {"step": "verdict", "decided_at": timezone.now()} | _formats(row.assignment.comparison)
        return _write(row, answer.key, values | answer.telemetry.in_sides(row.assignment.left))

    return _once(assignment, rater, answer.key, write, claims=True)


def add_lean(*, assignment: Assignment, rater: Rater, lean: str, key: str) -> Judgement:
    """Writes the lean after a tie (or both bad) beside the verdict, never instead of it."""

    def write(row: _Locked) -> Judgement:
        side = parse_lean(lean)
        current = _current(row, step="lean")
        own_side = assigning.canonical(_side(side), _side(row.assignment.left))
        return _write(row, key, _carried(current) | {"step": "lean", "lean": own_side})

    return _once(assignment, rater, key, write)


def add_details(*, assignment: Assignment, rater: Rater, details: Details, key: str) -> Judgement:
    """Writes what the rubric asks after the vote, beside it. Raises Refused for what it does not ask."""

    def write(row: _Locked) -> Judgement:
        current = _current(row, step="details")
        details.check(
            asked=Questions.of(row.protocol.questions),
            recognition=read.recognition_wanted(row.assignment, row.protocol),
        )
        return _write(
            row, key, _carried(current) | {"step": "details"} | details.in_sides(row.assignment.left)
        )

    return _once(assignment, rater, key, write)


def acknowledge(*, assignment: Assignment, rater: Rater, key: str) -> Judgement:
    """Writes that a rater in training was told what was expected."""

    def write(row: _Locked) -> Judgement:
        return _write(row, key, _carried(_current(row, step="told")) | {"step": "told"})

    return _once(assignment, rater, key, write)


def retract(*, assignment: Assignment, rater: Rater, key: str) -> Judgement:
    """Takes the rater's last answer back: a retracted revision, and the comparison waits for the rater again. Not in
    training: who has been told what was expected could say it then."""

    def write(row: _Locked) -> Judgement:
        if row.assignment.purpose == Assignment.Purpose.TRAINING:
            raise Refused("In the training round an answer stands.")
        current = read.current_of(row.assignment)
        # In a set that is over nothing waits for its rater any more: what is taken back there would be lost.
        if row.history.ended or current is None or row.assignment != read.last_judged(row.assignment.session):
            raise Stale
        Assignment.objects.filter(pk=row.assignment.pk).update(state=Assignment.State.DEALT)
        dealing.extend_lease(assignment=row.assignment)
        return _write(row, key, _carried(current) | {"retracted": True})

    return _once(assignment, rater, key, write)


@dataclass(frozen=True)
class _Locked:
    """The rater's assignment, locked, and what has become of it. `claimed`: it waited, and is judged now."""

    assignment: Assignment
    history: History
    claimed: bool = False

    @property
    def protocol(self) -> Protocol:
        return self.assignment.session.protocol


class _Repeated(Exception):
    """The key has written a row before: nothing is changed."""


def _once(
    assignment: Assignment,
    rater: Rater,
    key: str,
    write: Callable[[_Locked], Judgement],
    *,
    claims: bool = False,
) -> Judgement:
    """What `write` writes, in a transaction of its own; or the row that this key wrote before."""
    try:
        with transaction.atomic():
            row = (_claimed(assignment, rater) if claims else None) or _locked(assignment, rater)
            # Before the first revision only another comparison can have used the key: its constraint tells.
            if row.history.revisions and read.by_key(key):
                raise _Repeated
            if row.history.revealed:
                raise Stale
            return write(row)
    except (IntegrityError, _Repeated):
        repeated = read.by_key(key)
        if repeated is None:
            raise
        assignment.refresh_from_db(fields=["state"])
        return _same(repeated, assignment)


def _current(row: _Locked, *, step: str) -> Judgement:
    """The standing judgement, where the rubric asks this step of it now. Raises Stale."""
    current = read.current_of(row.assignment)
    if current is None or read.step_wanted(current, row.protocol) != step:
        raise Stale
    return current


def _side(text: str) -> assigning.Side:
    return "a" if text == "a" else "b"


_OWN_LOCKED = Compiled(
    lambda: Assignment.objects.select_for_update().filter(
        pk=Slot("assignment", BigIntegerField()), rater=Slot("rater", BigIntegerField())
    )
)
_CLAIM = CompiledUpdate(
    lambda: Assignment.objects.filter(
        pk=Slot("assignment", BigIntegerField()),
        rater=Slot("rater", BigIntegerField()),
        state=Assignment.State.DEALT,
    ),
    state=Assignment.State.JUDGED,
)


def _claimed(assignment: Assignment, rater: Rater) -> _Locked | None:
    """The same where it waits, as it nearly always does: one statement locks and claims it."""
    if not _CLAIM.run(assignment=assignment.pk, rater=rater.pk):
        return None
    found = copy.copy(assignment)
    found.state = Assignment.State.JUDGED
    return _Locked(found, read.history(found), claimed=True)


def _locked(assignment: Assignment, rater: Rater) -> _Locked:
    found = _OWN_LOCKED.one(assignment=assignment.pk, rater=rater.pk)
    if found is None:
        raise Refused("This comparison was dealt to another rater.")
    # Neither can have become another meanwhile.
    found.session, found.rater = assignment.session, rater
    found.comparison = assignment.comparison
    # Not in the statement that waits for the lock: it would tell how many there were before the wait.
    return _Locked(found, read.history(found))


def _same(repeated: Judgement, assignment: Assignment) -> Judgement:
    if repeated.assignment_id != assignment.pk:
        raise Refused("This key was used for another comparison.")
    # As it is now, with its session: what is still asked of it is told without a further statement.
    repeated.assignment = assignment
    return repeated


def _in_rubric(answer: Answer, protocol: Protocol, left: str) -> dict[str, object]:
    """Verdict and strength in the comparison's own sides. UnknownVerdict is a ValueError like Refused."""
    scale = Scale(protocol.scale)
    if scale is Scale.FOUR:
        if answer.strength is not None:
            raise Refused("This study asks for a verdict, not for points.")
        return {"verdict": _verdict_in_rubric(answer.verdict, protocol, left)}
    if answer.strength is None or answer.verdict:
        raise Refused("This study asks for a point of its scale.")
    try:
        verdict = rubrics.verdict_of(answer.strength, scale)
    except rubrics.UnknownQuestion as error:
        raise Refused(f"{error}") from None
    return {
        "verdict": _verdict_in_rubric(verdict, protocol, left),
        "strength": answer.strength if left == "a" else -answer.strength,
    }


def _verdict_in_rubric(text: str, protocol: Protocol, left: str) -> Verdict:
    verdict = parse_verdict(text)
    if verdict is Verdict.BOTH_BAD and not protocol.both_bad_allowed:
        raise Refused("This study does not offer 'both are bad'.")
    if verdict in (Verdict.A, Verdict.B):
        return Verdict(assigning.canonical(_side(verdict), _side(left)))
    return verdict


def _formats(comparison: Comparison) -> dict[str, object]:
    """How each side was put on the page: by the rendering of now, which is what the page showed a moment ago."""
    return {
        "format_a": rendering.format_of_side(comparison.side_a),
        "format_b": rendering.format_of_side(comparison.side_b),
    }


def _claim(assignment: Assignment) -> None:
    """The assignment becomes judged, if it still waits, or if its place is still free after its lease has passed. What was
    only dealt ahead was never on the screen."""
    expired = assignment.state == Assignment.State.EXPIRED and assignment.served_at
    if assignment.state != Assignment.State.DEALT and not (
        expired and dealing.retake_place(assignment=assignment)
    ):
        raise Stale
    assignment.state = Assignment.State.JUDGED
    Assignment.objects.filter(pk=assignment.pk).update(state=assignment.state)


CARRIED = [
    "verdict",
    "strength",
    "step",
    "lean",
    "aspects",
    "flags",
    "reasons",
    "spans",
    "confidence",
    "comment",
    "recognised",
    "format_a",
    "format_b",
    "retracted",
    "first_action_ms",
    "seconds_visible",
    "scrolled_a",
    "scrolled_b",
    "raw_toggled",
    "thoughts_opened",
    "viewport_width",
    "colour_scheme",
]


def _carried(current: Judgement) -> dict[str, object]:
    """Everything of the current revision that the next one keeps."""
    return {name: getattr(current, name) for name in CARRIED} | {"decided_at": timezone.now()}


def _write(row: _Locked, key: str, values: dict[str, object]) -> Judgement:
    return Judgement.objects.create(
        assignment=row.assignment,
        protocol=row.protocol,
        revision=row.history.revisions + 1,
        key=key,
        left=row.assignment.left,
        **values,
    )
