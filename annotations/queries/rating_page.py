"""Everything that the rating page shows, as one frozen object. What it lacks, a rater's browser cannot leak."""

import statistics
import uuid
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from annotations import assigning, rendering
from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries import dealing, judgements

# Before this many judgements the pace is not known, and none is shown.
PACE_FROM = 3


@dataclass(frozen=True)
class ShownTurn:
    """HTML that `rendering` has sanitised."""

    role: str
    html: SafeString
    raw_html: SafeString
    thoughts_html: SafeString


@dataclass(frozen=True)
class ShownSide:
    turns: tuple[ShownTurn, ...]


@dataclass(frozen=True)
class ShownComparison:
    caption: str
    prefix: tuple[ShownTurn, ...]
    left: ShownSide
    right: ShownSide


@dataclass(frozen=True)
class RatingPage:
    """`step` is "verdict" or "lean"; `verdict` the column already chosen; `key` names the next answer."""

    title: str
    done: int
    length: int
    time_left: str
    saved: bool
    notice: str
    comparison: ShownComparison
    assignment_id: uuid.UUID
    key: str
    step: str
    verdict: str | None
    both_bad_allowed: bool
    can_undo: bool
    undo_id: uuid.UUID | None
    undo_key: str


def of(assignment: Assignment, *, saved: bool = False, notice: str = "") -> RatingPage:
    """The page of an assignment that waits for its verdict, or for the lean after it."""
    session = assignment.session
    newest = judgements.newest_of(assignment)
    current = None if newest is None or newest.retracted else newest
    lean = current is not None and judgements.lean_wanted(current, session.protocol)
    last = judgements.last_judged(session)
    done = dealing.judged(session)
    return RatingPage(
        title=session.protocol.title,
        done=done,
        length=session.length,
        time_left=_time_left(session, done),
        saved=saved,
        notice=notice,
        comparison=_comparison(assignment),
        assignment_id=assignment.public_id,
        key=f"{assignment.public_id}.{newest.revision + 1 if newest else 1}",
        step="lean" if lean else "verdict",
        verdict=_on_screen(current) if lean and current else None,
        both_bad_allowed=session.protocol.both_bad_allowed,
        can_undo=last is not None,
        undo_id=last.public_id if last else None,
        undo_key=f"{last.public_id}.{judgements.last_revision(last) + 1}" if last else "",
    )


def lean_pending(session: RatingSession) -> Assignment | None:
    """The last judged assignment, where the rubric still wants its lean (the page was left in between)."""
    last = judgements.last_judged(session)
    if last is None:
        return None
    current = judgements.current_of(last)
    return last if current and judgements.lean_wanted(current, session.protocol) else None


def _on_screen(judgement: Judgement) -> str:
    if judgement.verdict in ("a", "b"):
        return assigning.on_screen(
            "a" if judgement.verdict == "a" else "b", "a" if judgement.left == "a" else "b"
        )
    return judgement.verdict


def _comparison(assignment: Assignment) -> ShownComparison:
    comparison = assignment.comparison
    sides = (comparison.side_a, comparison.side_b)
    left, right = sides if assignment.left == "a" else reversed(sides)
    return ShownComparison(
        caption=comparison.caption,
        prefix=_turns(comparison.prefix),
        left=ShownSide(_turns(left)),
        right=ShownSide(_turns(right)),
    )


def _turns(turns: list[dict[str, str]]) -> tuple[ShownTurn, ...]:
    return tuple(
        ShownTurn(
            role=turn["role"],
            html=SafeString(rendering.render(turn["text"])),
            raw_html=SafeString(rendering.render_plain(turn["text"])),
            thoughts_html=SafeString(rendering.render(turn["thoughts"]) if turn.get("thoughts") else ""),
        )
        for turn in turns
    )


def _time_left(session: RatingSession, done: int) -> str:
    """Words for the time to the end of the session at the rater's own median pace; empty while unknown."""
    times = list(
        Judgement.objects.filter(assignment__session=session, revision=1)
        .order_by("decided_at")
        .values_list("decided_at", flat=True)
    )
    if len(times) < PACE_FROM:
        return ""
    pace = statistics.median((b - a).total_seconds() for a, b in pairwise(times))
    minutes = round(pace * max(session.length - done, 0) / 60)
    return "less than a minute left" if minutes < 1 else f"about {minutes} min left"
