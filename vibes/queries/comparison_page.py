"""One comparison as the team sees it: both sides with their key, every vote, and the word of who was asked by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations import rubrics
from annotations.models import Assignment, Comparison, Judgement, Rater
from annotations.queries import judgements, rating_page
from annotations.queries.rating_page import ShownComparison
from vibes.edits.word_diff import Piece, word_diff
from vibes.models import Edit
from vibes.queries import disagreements, unblinded
from vibes.queries.disagreements import SAID, Word
from vibes.queries.unblinded import Key

Purpose = Assignment.Purpose
SHOWN = (Purpose.STUDY, Purpose.REPEAT, Purpose.ADJUDICATION)
WHY = {Purpose.REPEAT.value: "a second look", Purpose.ADJUDICATION.value: "asked by name"}


@dataclass(frozen=True)
class Vote:
    """What one rater said. `why`: empty for a vote of the study. `told`: what was said after the vote, in words."""

    rater: str
    outside_id: str
    why: str
    said: str
    beside: str
    left: str
    told: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class ComparisonPage:
    public_id: str
    shown: ShownComparison
    key: Key | None
    votes: tuple[Vote, ...]
    words: tuple[Word, ...]
    excerpt: str
    # What the edited side says in place of the answer, word by word; empty where neither side is an edit.
    planted: tuple[Piece, ...]


def page(comparison: Comparison) -> ComparisonPage:
    key = unblinded.keys([comparison.pk]).get(comparison.pk)
    return ComparisonPage(
        public_id=str(comparison.public_id),
        # Side a stands on the left here, wherever it stood for each rater.
        shown=rating_page.shown(Assignment(comparison=comparison, left="a")),
        key=key,
        votes=tuple(_vote(judgement) for judgement in judgements_of(comparison)),
        words=disagreements.words([comparison.pk]).get(comparison.pk, ()),
        excerpt=disagreements.excerpt(comparison),
        planted=_planted(key.edit) if key and key.edit else (),
    )


def _planted(edit: int) -> tuple[Piece, ...]:
    found = Edit.objects.select_related("generation").get(pk=edit)
    return word_diff(found.generation.text, found.text)


def judgements_of(comparison: Comparison) -> list[Judgement]:
    """Those of people that count, the study's own first."""
    found = judgements.standing(comparison.protocol).filter(
        assignment__comparison=comparison,
        assignment__rater__kind=Rater.Kind.PERSON,
        assignment__purpose__in=SHOWN,
    )
    listed = list(found.select_related("assignment__rater").order_by("pk"))
    return sorted(listed, key=lambda judgement: judgement.assignment.purpose in WHY)


def _vote(judgement: Judgement) -> Vote:
    rater = judgement.assignment.rater
    beside = [f"would send {judgement.lean.upper()}"] if judgement.lean else []
    if judgement.strength is not None:
        beside.append(f"strength {judgement.strength:+d} for A" if judgement.strength else "strength 0")
    return Vote(
        rater=str(rater.public_id)[:8],
        outside_id=rater.outside_id,
        why=WHY.get(judgement.assignment.purpose, ""),
        said=SAID[judgement.verdict].capitalize(),
        beside=", ".join(beside),
        left=judgement.left.upper(),
        told=tuple(_told(judgement)),
        comment=judgement.comment,
    )


def _told(judgement: Judgement) -> list[str]:
    """What was said of each side, and how sure the rater was."""
    told = []
    for side in ("a", "b"):
        marks = judgement.aspects.get(side, {})
        parts = [f"{rubrics.ASPECTS.get(name, name)} {mark}" for name, mark in marks.items()]
        parts += _words(rubrics.FLAGS, judgement.flags.get(side, []))
        parts += _words(rubrics.REASONS, judgement.reasons.get(side, []))
        parts += [f"marked “{span['text']}”" for span in judgement.spans.get(side, [])]
        if parts:
            told.append(f"{side.upper()}: {', '.join(parts)}")
    if judgement.confidence is not None:
        told.append(rubrics.CONFIDENCE.get(judgement.confidence, ""))
    return told


def _words(known: Mapping[str, str], names: Sequence[str]) -> list[str]:
    return [known.get(name, name) for name in names]
