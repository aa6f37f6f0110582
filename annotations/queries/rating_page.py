"""Everything that the rating page shows, as one frozen object. What it lacks, a rater's browser cannot leak."""

import statistics
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from django.db.models import Max, Min, Q
from django.utils.safestring import SafeString

from annotations import assigning, rendering, rubrics
from annotations.models import Assignment, Judgement, RatingSession
from annotations.queries import judgements
from annotations.rubrics import Point, Questions, Scale

# Before this many judgements the pace is not known, and none is shown.
PACE_FROM = 3
# Characters of a text whose HTML is kept in memory.
MOST_KEPT = 20_000


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
class Asked:
    """The questions after the vote, as names with their words."""

    aspects: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    confidence: tuple[tuple[int, str], ...]
    comment: bool
    spans: bool

    @classmethod
    def of(cls, questions: Questions) -> "Asked":
        def named(names: Iterable[str], words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
            return tuple((name, words[name]) for name in names)

        return cls(
            aspects=named(questions.aspects, rubrics.ASPECTS),
            flags=named(questions.flags, rubrics.FLAGS),
            reasons=named(questions.reasons, rubrics.REASONS),
            confidence=tuple(rubrics.CONFIDENCE.items()) if questions.confidence else (),
            comment=questions.comment,
            spans=questions.spans,
        )


@dataclass(frozen=True)
class RatingPage:
    """`step` is "verdict", "lean" or "details"; `verdict` the column already chosen; `key` names the next answer."""

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
    # The name under which the row's buttons send their value: "verdict", or "strength" on longer scales.
    answer_name: str
    points: tuple[Point, ...]
    questions: Asked
    can_undo: bool
    columns: ClassVar = (("left", "A"), ("right", "B"))
    marks: ClassVar = range(1, rubrics.MOST_POINTS + 1)
    undo_id: uuid.UUID | None
    undo_key: str


def of(
    assignment: Assignment, *, after: Judgement | None = None, saved: bool = False, notice: str = ""
) -> RatingPage:
    """The page of an assignment that waits for its verdict, or for what follows it. `after`: its answer so far, where
    that is at hand."""
    session, protocol = assignment.session, assignment.session.protocol
    past = _past(session, assignment)
    current = None
    if assignment.state == Assignment.State.JUDGED:
        current = after or judgements.current_of(assignment)
    step = judgements.step_wanted(current, protocol) if current else ""
    scale = Scale(protocol.scale)
    done = len(past.answered)
    last = past.answered[-1] if past.answered else None
    return RatingPage(
        title=protocol.title,
        done=done,
        length=session.length,
        time_left=_time_left(past, session.length - done),
        saved=saved,
        notice=notice,
        comparison=shown(assignment),
        assignment_id=assignment.public_id,
        key=f"{assignment.public_id}.{past.revisions + 1}",
        step=step or "verdict",
        verdict=_on_screen(current) if step and current else None,
        answer_name="verdict" if scale is Scale.FOUR else "strength",
        points=rubrics.points(scale, both_bad=protocol.both_bad_allowed),
        questions=Asked.of(Questions.of(protocol.questions)),
        can_undo=last is not None,
        undo_id=last.public_id if last else None,
        undo_key=f"{last.public_id}.{last.revisions + 1}" if last else "",
    )


@dataclass(frozen=True)
class _Answered:
    public_id: uuid.UUID
    first_at: datetime
    revisions: int


@dataclass(frozen=True)
class _Past:
    """The session's answers by place, and how many revisions the assignment on the page has."""

    answered: tuple[_Answered, ...]
    revisions: int


def _past(session: RatingSession, assignment: Assignment) -> _Past:
    """In one query: the page is made anew for each answer."""
    judged = Q(state=Assignment.State.JUDGED)
    rows = session.assignments.filter(judged | Q(pk=assignment.pk)).order_by("place")
    found = rows.annotate(first=Min("judgements__decided_at"), revisions=Max("judgements__revision"))
    told = list(found.values_list("public_id", "state", "first", "revisions"))
    own = next((revisions for public_id, _, _, revisions in told if public_id == assignment.public_id), None)
    answered = tuple(
        _Answered(public_id, first, revisions)
        for public_id, state, first, revisions in told
        if state == Assignment.State.JUDGED
    )
    return _Past(answered, own or 0)


def step_pending(session: RatingSession, after: Judgement | None = None) -> Assignment | None:
    """The last judged assignment, where the rubric still asks something of it (the page was left in between). `after`:
    its answer, where that is at hand."""
    if after is not None:
        asked = not after.retracted and judgements.step_wanted(after, session.protocol)
        return after.assignment if asked else None
    last = judgements.last_judged(session)
    if last is None:
        return None
    current = judgements.current_of(last)
    return last if current and judgements.step_wanted(current, session.protocol) else None


def _on_screen(judgement: Judgement) -> str:
    if judgement.verdict in ("a", "b"):
        return assigning.on_screen(
            "a" if judgement.verdict == "a" else "b", "a" if judgement.left == "a" else "b"
        )
    return judgement.verdict


def shown(assignment: Assignment) -> ShownComparison:
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
            html=_rendered(turn["text"]),
            raw_html=SafeString(rendering.render_plain(turn["text"])),
            thoughts_html=_rendered(turn["thoughts"]) if turn.get("thoughts") else SafeString(""),
        )
        for turn in turns
    )


def _rendered(text: str) -> SafeString:
    return _kept(text) if len(text) <= MOST_KEPT else SafeString(rendering.render(text))


@lru_cache(maxsize=1024)
def _kept(text: str) -> SafeString:
    """Each comparison is shown to several raters, and again after an undo."""
    return SafeString(rendering.render(text))


def _time_left(past: _Past, left: int) -> str:
    """Words for the time to the end of the session at the rater's own median pace; empty while unknown."""
    if len(past.answered) < PACE_FROM:
        return ""
    times = sorted(one.first_at for one in past.answered)
    pace = statistics.median((b - a).total_seconds() for a, b in pairwise(times))
    minutes = round(pace * max(left, 0) / 60)
    return "less than a minute left" if minutes < 1 else f"about {minutes} min left"
