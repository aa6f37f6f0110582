"""Everything that the rating page shows, as one frozen object. What it lacks, a rater's browser cannot leak."""

import statistics
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from annotations import assigning, rendering, rubrics
from annotations.models import Assignment, Judgement, Protocol, RatingSession
from annotations.queries import judgements, live, own_prompts, training
from annotations.queries.places import Place, Places
from annotations.queries.training import Feedback
from annotations.rubrics import Point, Questions, Scale

# Before this many judgements the pace is not known, and none is shown.
PACE_FROM = 3
# Of which texts the HTML is kept in memory: by characters, and by number. Each side is shown to several raters, but a study
# is gone through once before anything of it is shown again. Some 30 MB of a web process with texts of 3,000 characters.
MOST_KEPT = 8_000
KEPT_TEXTS = 8_192


@dataclass(frozen=True)
class ShownTurn:
    """HTML that `rendering` has sanitised."""

    role: str
    html: SafeString
    raw_html: SafeString
    thoughts_html: SafeString
    # How many calls of tools, and all of them.
    steps: int
    steps_html: SafeString


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
    recognised: bool = False

    @property
    def of_sides(self) -> bool:
        """Whether anything is asked of each answer."""
        return bool(self.aspects or self.flags or self.reasons or self.spans)

    @classmethod
    def of(cls, questions: Questions, *, recognised: bool = False) -> "Asked":
        def named(names: Iterable[str], words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
            return tuple((name, words[name]) for name in names)

        return cls(
            aspects=named(questions.aspects, rubrics.ASPECTS),
            flags=named(questions.flags, rubrics.FLAGS),
            reasons=named(questions.reasons, rubrics.REASONS),
            confidence=tuple(rubrics.CONFIDENCE.items()) if questions.confidence else (),
            comment=questions.comment,
            spans=questions.spans,
            recognised=recognised,
        )


@dataclass(frozen=True)
class ShownAhead:
    """The next comparison, which lies unseen in the page. `comparison` is None where the browser holds it already."""

    assignment_id: uuid.UUID
    comparison: ShownComparison | None
    replay: bool


@dataclass(frozen=True)
class RatingPage:
    """`step` is "verdict", "lean", "details", in training "told", and of the rater's own prompt "live" or "failed"; `verdict` the column already chosen; `key` names the
    next answer."""

    title: str
    done: int
    length: int
    time_left: str
    saved: bool
    notice: str
    # None where the browser holds it already.
    comparison: ShownComparison | None
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
    training: bool = False
    # What was expected of the vote: there only once it stands.
    feedback: Feedback | None = None
    # Whether both answers appear word by word: before the vote only.
    replay: bool = False
    ahead: ShownAhead | None = None
    # Of the rater's own prompt, as much of both answers as may be seen by now; and how many they may still write.
    growing: live.Released | None = None
    own_prompts: int = 0
    # The answers after which nothing more is asked of this comparison.
    closing: frozenset[str] = frozenset()


def of(
    assignment: Assignment,
    *,
    places: Places,
    after: Judgement | None = None,
    saved: bool = False,
    notice: str = "",
    ahead: Assignment | None = None,
    holds: Collection[str] = (),
) -> RatingPage:
    """The page of an assignment that waits for its verdict, or for what follows it. `after`: its answer so far, where
    that is at hand. `ahead`: the next one; `holds`: ids of those that the browser has rendered."""
    session, protocol = assignment.session, assignment.session.protocol
    current = None
    if assignment.state == Assignment.State.JUDGED:
        current = after or judgements.current_of(assignment)
    step = judgements.step_wanted(current, protocol) if current else writing(assignment)
    scale = Scale(protocol.scale)
    done = places.done
    last = places.judged[-1] if places.judged else None
    held = str(assignment.public_id) in holds and step not in ("live", "failed")
    return RatingPage(
        title=protocol.title,
        done=done,
        length=session.length,
        time_left=_time_left(places.judged, session.length - done),
        saved=saved,
        notice=notice,
        comparison=None if held else shown(assignment),
        assignment_id=assignment.public_id,
        key=f"{assignment.public_id}.{places.revisions(assignment) + 1}",
        step=step or "verdict",
        verdict=_on_screen(current) if step and current else None,
        growing=live.released(assignment) if step == "live" else None,
        own_prompts=_own_prompts(assignment, step),
        answer_name="verdict" if scale is Scale.FOUR else "strength",
        points=rubrics.points(scale, both_bad=protocol.both_bad_allowed),
        questions=Asked.of(
            Questions.of(protocol.questions), recognised=judgements.recognition_wanted(assignment, protocol)
        ),
        can_undo=last is not None and not session.training and step not in ("live", "failed"),
        undo_id=last.public_id if last else None,
        undo_key=f"{last.public_id}.{last.revisions + 1}" if last else "",
        training=session.training,
        feedback=training.feedback(current, assignment.comparison) if step == "told" and current else None,
        replay=protocol.replay and not step and assignment.strategy != Assignment.OWN_PROMPT,
        ahead=_ahead(ahead, protocol.replay, holds if held else ()) if ahead else None,
        closing=_closing(assignment, current, step) if ahead else frozenset(),
    )


def _own_prompts(assignment: Assignment, step: str) -> int:
    """How many more may be written from this page: none while the last one waits for its verdict."""
    session = assignment.session
    answered = assignment.strategy == Assignment.OWN_PROMPT and step != "failed"
    return own_prompts.left(session) if session.protocol.own_prompts and not answered else 0


def writing(assignment: Assignment) -> str:
    """ "live" or "failed" where the answers to the rater's own prompt are not here."""
    if assignment.strategy != Assignment.OWN_PROMPT or assignment.state == Assignment.State.JUDGED:
        return ""
    return str(assignment.comparison.writing)


def _ahead(assignment: Assignment, replay: bool, holds: Collection[str]) -> ShownAhead:
    held = str(assignment.public_id) in holds
    return ShownAhead(assignment.public_id, None if held else shown(assignment), replay)


def _closing(assignment: Assignment, current: Judgement | None, step: str) -> frozenset[str]:
    """Of the buttons on the page, the values after which the next comparison comes."""
    protocol = assignment.session.protocol
    if step == "lean" and current:
        sides = ("a", "b")
        said = {
            side: judgements.closes(assignment, protocol, verdict=current.verdict, lean=side)
            for side in sides
        }
    else:
        verdicts = _verdicts(protocol) if not step else {}
        said = {value: judgements.closes(assignment, protocol, verdict=v) for value, v in verdicts.items()}
    return frozenset(value for value, closes in said.items() if closes)


def _verdicts(protocol: Protocol) -> dict[str, str]:
    """The row's buttons by what they send, and the verdict that each says."""
    scale = Scale(protocol.scale)
    values = [point.value for point in rubrics.points(scale, both_bad=protocol.both_bad_allowed)]
    if scale is Scale.FOUR:
        return {value: value for value in values}
    return {value: rubrics.verdict_of(int(value), scale).value for value in values}


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


def _turns(turns: list[dict[str, Any]]) -> tuple[ShownTurn, ...]:
    return tuple(
        ShownTurn(
            role=turn["role"],
            html=_rendered(turn["text"]),
            raw_html=SafeString(rendering.render_plain(turn["text"])),
            thoughts_html=_rendered(turn["thoughts"]) if turn.get("thoughts") else SafeString(""),
            steps=len(turn.get("steps") or ()),
            steps_html=SafeString(rendering.render_steps(turn.get("steps") or ())),
        )
        for turn in turns
    )


def _rendered(text: str) -> SafeString:
    return _kept(text) if len(text) <= MOST_KEPT else SafeString(rendering.render(text))


@lru_cache(maxsize=KEPT_TEXTS)
def _kept(text: str) -> SafeString:
    """Each comparison is shown to several raters, and again after an undo."""
    return SafeString(rendering.render(text))


def _time_left(answered: tuple[Place, ...], left: int) -> str:
    """Words for the time to the end of the session at the rater's median pace of late; empty while unknown."""
    if len(answered) < PACE_FROM:
        return ""
    times = sorted(one.first_at for one in answered if one.first_at)
    pace = statistics.median((b - a).total_seconds() for a, b in pairwise(times))
    minutes = round(pace * max(left, 0) / 60)
    return "less than a minute left" if minutes < 1 else f"about {minutes} min left"
