"""Judgements: the only place that writes them. Each step is a new revision; nothing is edited or deleted."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations import assigning
from annotations.models import Assignment, Judgement, Protocol, Rater
from annotations.queries import judgements as read
from annotations.services import dealing
from annotations.verdicts import Verdict, parse_lean, parse_verdict


class Refused(ValueError):
    """The answer does not fit what was asked: unknown, not offered by the rubric, or not this rater's to give."""


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
    """A verdict as clicked: `a` is the left column."""

    verdict: str
    key: str
    telemetry: Telemetry = field(default_factory=Telemetry)


@transaction.atomic
def record(*, assignment: Assignment, rater: Rater, answer: Answer) -> Judgement:
    """Writes a verdict as the next revision. A repeated key returns the row that it wrote the first time.

    Raises Refused for an answer outside the rubric, Stale where the comparison no longer waits for this rater.
    """
    assignment = _locked(assignment, rater)
    repeated = read.by_key(answer.key)
    if repeated:
        return _same(repeated, assignment)
    verdict = _verdict_in_rubric(answer.verdict, assignment.session.protocol, assignment.left)
    _claim(assignment)
    values = {"verdict": verdict, "lean": "", "retracted": False, "decided_at": timezone.now()}
    return _write(assignment, answer.key, values | answer.telemetry.in_sides(assignment.left))


@transaction.atomic
def add_lean(*, assignment: Assignment, rater: Rater, lean: str, key: str) -> Judgement:
    """Writes the lean after a tie (or both bad) beside the verdict, never instead of it."""
    assignment = _locked(assignment, rater)
    repeated = read.by_key(key)
    if repeated:
        return _same(repeated, assignment)
    side = parse_lean(lean)
    current = read.current_of(assignment)
    if current is None or not read.lean_wanted(current, assignment.session.protocol):
        raise Stale
    return _write(
        assignment,
        key,
        _carried(current) | {"lean": assigning.canonical(_side(side), _side(assignment.left))},
    )


@transaction.atomic
def retract(*, assignment: Assignment, rater: Rater, key: str) -> Judgement:
    """Takes the rater's last answer back: a retracted revision, and the comparison waits for the rater again."""
    assignment = _locked(assignment, rater)
    repeated = read.by_key(key)
    if repeated:
        return _same(repeated, assignment)
    current = read.current_of(assignment)
    if current is None or assignment != read.last_judged(assignment.session):
        raise Stale
    Assignment.objects.filter(pk=assignment.pk).update(state=Assignment.State.DEALT)
    dealing.extend_lease(assignment=assignment)
    return _write(assignment, key, _carried(current) | {"retracted": True})


def _side(text: str) -> assigning.Side:
    return "a" if text == "a" else "b"


def _locked(assignment: Assignment, rater: Rater) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)).select_related(
        "comparison", "session__protocol", "rater"
    )
    found = rows.filter(pk=assignment.pk, rater=rater).first()
    if found is None:
        raise Refused("This comparison was dealt to another rater.")
    return found


def _same(repeated: Judgement, assignment: Assignment) -> Judgement:
    if repeated.assignment_id != assignment.pk:
        raise Refused("This key was used for another comparison.")
    return repeated


def _verdict_in_rubric(text: str, protocol: Protocol, left: str) -> Verdict:
    """The verdict in the comparison's own sides. UnknownVerdict is a ValueError like Refused."""
    verdict = parse_verdict(text)
    if verdict is Verdict.BOTH_BAD and not protocol.both_bad_allowed:
        raise Refused("This study does not offer 'both are bad'.")
    if verdict in (Verdict.A, Verdict.B):
        return Verdict(assigning.canonical(_side(verdict), _side(left)))
    return verdict


def _claim(assignment: Assignment) -> None:
    """The assignment becomes judged, if it still waits, or if its place is still free after its lease has passed."""
    expired = assignment.state == Assignment.State.EXPIRED and dealing.retake_place(assignment=assignment)
    if assignment.state != Assignment.State.DEALT and not expired:
        raise Stale
    Assignment.objects.filter(pk=assignment.pk).update(state=Assignment.State.JUDGED)


CARRIED = [
    "verdict",
    "lean",
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


def _write(assignment: Assignment, key: str, values: dict[str, object]) -> Judgement:
    try:
        with transaction.atomic():
            return Judgement.objects.create(
                assignment=assignment,
                protocol=assignment.session.protocol,
                revision=read.last_revision(assignment) + 1,
                key=key,
                left=assignment.left,
                **values,
            )
    except IntegrityError:
        # The same page sent the same key twice at the same moment, and the other one was first.
        repeated = read.by_key(key)
        if repeated is None:
            raise
        return _same(repeated, assignment)
