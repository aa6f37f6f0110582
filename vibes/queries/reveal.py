"""What a rater is shown of a set whose votes are closed: their votes, and whose the answers were."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations import assigning, rubrics
from annotations.models import Assignment, Comparison, Judgement, RatingSession
from annotations.queries import judgements, rating_page
from annotations.queries.rating_page import ShownTurn
from annotations.rubrics import Scale
from vibes.queries import unblinded
from vibes.queries.unblinded import Key

OPENING = 160
# Of a comparison with a known answer, and of one answer with itself.
NO_MODEL = "Both answers were written for this study, by no model."
THE_SAME = "Both answers were one and the same."
EDITED = ", changed a little for this study"


@dataclass(frozen=True)
class NamedSide:
    """A column as the rater saw it; `name` is empty where no model wrote it."""

    letter: str
    name: str
    turns: tuple[ShownTurn, ...]


@dataclass(frozen=True)
class Named:
    """One comparison: how its prompt begins, the vote in the words of its button, both sides, what else there is to say."""

    number: int
    opening: str
    vote: str
    note: str
    sides: tuple[NamedSide, NamedSide]


def judged(session: RatingSession) -> Sequence[Assignment]:
    """What the set holds, in its order, counted from 1: to be cut into pages."""
    found = session.assignments.filter(state=Assignment.State.JUDGED).select_related("comparison")
    return found.order_by("place")  # type: ignore[return-value]


def named(session: RatingSession, found: Sequence[Assignment], first: int) -> list[Named]:
    """With their names; `first`: the number of the first of them in the set. Only of a set whose votes are closed."""
    if session.revealed_at is None:
        raise ValueError(f"the votes of {session} are not closed")
    keys = unblinded.keys(assignment.comparison_id for assignment in found)
    models = {comparison: _models(key) for comparison, key in keys.items()}
    standing = judgements.standing(session.protocol, excluded_too=True).filter(assignment__in=list(found))
    votes = {judgement.assignment_id: _vote(judgement, session) for judgement in standing}
    return [
        _named(assignment, number, models.get(assignment.comparison_id, ("", "")), votes[assignment.pk])
        for number, assignment in enumerate(found, first)
    ]


def _models(key: Key) -> tuple[str, str]:
    """An answer that the study has edited is no longer quite its model's."""
    a, b = (
        f"{model}{EDITED if key.cue_on == side else ''}"
        for model, side in ((key.model_a, "a"), (key.model_b, "b"))
    )
    return a, b


def _named(assignment: Assignment, number: int, models: tuple[str, str], vote: str) -> Named:
    comparison = assignment.comparison
    left, right = models if assignment.left == "a" else reversed(models)
    shown = rating_page.shown(assignment)
    note = THE_SAME if comparison.purpose == Comparison.Purpose.IDENTICAL else ""
    return Named(
        number=number,
        opening=_opening(comparison),
        vote=vote,
        note=note or ("" if left else NO_MODEL),
        sides=(NamedSide("A", left, shown.left.turns), NamedSide("B", right, shown.right.turns)),
    )


def _opening(comparison: Comparison) -> str:
    said = next((turn["text"] for turn in reversed(comparison.prefix) if turn["role"] == "user"), "")
    line = " ".join(said.split())
    return line if len(line) <= OPENING else f"{line[:OPENING].rstrip()}…"


def _vote(judgement: Judgement, session: RatingSession) -> str:
    """In the words of the button that was pressed, and of the one after it."""
    scale, left = Scale(session.protocol.scale), judgement.left
    if judgement.strength is not None:
        value = str(judgement.strength if left == "a" else -judgement.strength)
    else:
        value = _column(judgement.verdict, left) if judgement.verdict in ("a", "b") else judgement.verdict
    words = next(
        point.label for point in rubrics.points(scale, both_bad=scale is Scale.FOUR) if point.value == value
    )
    return (
        f"{words}; {_column(judgement.lean, left).upper()} if you had to send one"
        if judgement.lean
        else words
    )


def _column(side: str, left: str) -> assigning.Side:
    return assigning.on_screen("a" if side == "a" else "b", "a" if left == "a" else "b")
