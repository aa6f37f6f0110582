"""Where a judgement meets its key, and nowhere else: rows of the judgement frame."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, QuerySet, Value
from django.db.models.functions import Coalesce

from annotations.models import Assignment, Judgement, Protocol, Rater
from annotations.queries import judgements
from annotations.rubrics import Questions
from vibes.models import Arm, Study
from vibes.queries import shown
from vibes.queries.shown import Row

if TYPE_CHECKING:
    from vibes.queries.judged import Said

PAGE = 500
# The aspect's column.
ASPECTS = {"quality": "quality", "flattery": "sycophancy", "takes_side": "takes_side"}


def fingerprint(study: Study) -> str:
    """Changes with every judgement, revision or retraction, and with who is excluded."""
    return judgements.fingerprint(study.protocol_id)


def count(study: Study) -> int:
    return judgements.standing(study.protocol).count()


def any_by(study: Study, kinds: Sequence[str]) -> bool:
    return judgements.standing(study.protocol).filter(assignment__rater__kind__in=kinds).exists()


def last(study: Study) -> int:
    """The highest judgement id now: where an export that begins now ends."""
    return Judgement.objects.filter(protocol=study.protocol).aggregate(last=Max("pk"))["last"] or 0


def page(study: Study, *, after: int, upto: int, kinds: Sequence[str]) -> list[Row]:
    """The next rows by judgement id, for exports that stream; empty at the end. Each judgement as it stood when `upto` was
    the last one: what is revised between two pages would come twice otherwise."""
    found = _rows(study, upto).filter(pk__gt=after, assignment__rater__kind__in=kinds)[:PAGE]
    return _with_key(study, list(found))


def rows(study: Study, *, kinds: Sequence[str]) -> Iterator[Row]:
    """All rows, by judgement id."""
    after, upto = 0, last(study)
    while batch := page(study, after=after, upto=upto, kinds=kinds):
        yield from batch
        after = int(str(batch[-1]["judgement_id"]))


def columns(study: Study, *, kinds: Sequence[str]) -> dict[str, Sequence[object]]:
    """The judgement frame as columns: those of `rows`, with what repeats held once. Empty where nobody has judged."""
    # numpy is loaded when a run is computed, not when a process starts.
    from vibes.queries.judged import judged
    from vibes.stats.repeated import Repeated

    asked, recognition = _asked(study)
    found = judged(study, kinds=kinds, upto=last(study), said=bool(study.protocol.questions) or recognition)
    if not len(found):
        return {}
    table = found.columns(graded=_graded(study))
    if found.said is not None:
        table |= _spread(found.said.codes, [_said(one, asked, recognition) for one in found.said.values])
    comparisons = found.names["comparison"]
    arms = Arm.objects.filter(matchup__study=study, comparison__protocol=study.protocol_id)
    keys, authors = shown.rows(study, arms, comparisons.values)
    table |= _spread(comparisons.codes, [keys[comparison] for comparison in comparisons.values])
    if authors is not None:
        author = Repeated(comparisons.codes, [authors.get(pk, "") for pk in comparisons.values])
        own = [one == other for one, other in zip(author, table["rater"], strict=True)]
        table |= {"author": author, "authored": Repeated.of(own)}
    return table


def _spread(codes: Any, rows: Sequence[Row]) -> dict[str, Sequence[object]]:
    """Columns of rows that are each met many times: row i is `rows[codes[i]]`."""
    from vibes.stats.repeated import Repeated

    return {name: Repeated(codes, [row[name] for row in rows]) for name in rows[0]}


def _rows(study: Study, upto: int) -> QuerySet[Judgement]:
    found = judgements.standing(study.protocol, upto=upto)
    return found.select_related("assignment__rater", "assignment__session").order_by("pk")


def _with_key(study: Study, found: list[Judgement]) -> list[Row]:
    comparisons = {j.assignment.comparison_id for j in found}
    arms = Arm.objects.filter(matchup__study=study, comparison__in=comparisons)
    keys, authors = shown.rows(study, arms, comparisons)
    (asked, recognition), graded = _asked(study), _graded(study)
    return [
        _row(judgement, graded)
        | _said(judgement, asked, recognition)
        | keys[judgement.assignment.comparison_id]
        | _wrote(judgement, authors)
        for judgement in found
    ]


def _asked(study: Study) -> tuple[Questions, bool]:
    """What is asked after a vote, and whether some raters are asked if they recognised a model."""
    return Questions.of(study.protocol.questions), study.protocol.recognise_rate > 0


def _graded(study: Study) -> bool:
    return study.protocol.scale != Protocol.Scale.FOUR


def _wrote(judgement: Judgement, authors: dict[int, str] | None) -> Row:
    if authors is None:
        return {}
    author = authors.get(judgement.assignment.comparison_id, "")
    return {"author": author, "authored": author == str(judgement.assignment.rater.public_id)}


def _row(judgement: Judgement, graded: bool) -> Row:
    """What a rater did; what it was about is the same for all raters."""
    assignment = judgement.assignment
    return {
        "judgement_id": judgement.pk,
        "rater": str(assignment.rater.public_id),
        "rater_kind": assignment.rater.kind,
        "verdict": judgement.verdict,
        "lean": judgement.lean,
        **({"strength": judgement.strength} if graded else {}),
        "a_is_left": judgement.left == "a",
        "purpose": assignment.purpose,
        "session": str(assignment.session_id),
        "order": assignment.place,
        "seconds": judgement.seconds_visible,
        "created_at": judgement.decided_at.isoformat(),
        "format_a": judgement.format_a,
        "format_b": judgement.format_b,
    }


def _said(judgement: "Judgement | Said", asked: Questions, recognition: bool) -> Row:
    """What was said after the vote: the columns of what the rubric asks, the same in all rows."""
    row: Row = {}
    for side in ("a", "b"):
        marks = judgement.aspects.get(side, {})
        row |= {f"{ASPECTS[name]}_{side}": marks.get(name) for name in asked.aspects}
        if asked.flags:
            row[f"flags_{side}"] = ", ".join(judgement.flags.get(side, []))
        if asked.reasons:
            row[f"reasons_{side}"] = ", ".join(judgement.reasons.get(side, []))
        if asked.spans:
            found = judgement.spans.get(side)
            row[f"marked_{side}"] = json.dumps(found, ensure_ascii=False) if found else ""
        if recognition:
            row[f"recognised_{side}"] = judgement.recognised.get(side)
    row |= {"confidence": judgement.confidence} if asked.confidence else {}
    return row | ({"comment": judgement.comment} if asked.comment else {})


@dataclass(frozen=True)
class Key:
    """Whose answers a comparison shows, in which study, to which prompt."""

    study: int
    study_name: str
    prompt_id: str
    prompt_class: str
    model_a: str
    model_b: str
    cue: str
    # The side that shows an edit in place of the answer, and that edit.
    cue_on: str
    edit: int | None


def keys(comparisons: Iterable[int]) -> dict[int, Key]:
    """The key of each comparison that has one, in one look."""
    found = Arm.objects.filter(comparison__in=list(comparisons)).values_list(
        "comparison",
        "matchup__study",
        "matchup__study__name",
        "matchup__prompt__reference",
        "matchup__prompt__prompt_class",
        "matchup__generation_a__endpoint__name",
        "matchup__generation_b__endpoint__name",
        Coalesce("matchup__cue__name", Value("")),
        "cue_on",
        "edit",
    )
    return {row[0]: Key(*row[1:]) for row in found}


@dataclass(frozen=True)
class Seen:
    """A comparison as it is looked for: its key, and what raters of each kind said of it in the study itself.

    `endpoints`: their ids by side. `votes`: by kind of rater, how often each verdict stands; `flags` and `reasons`: by kind,
    those that somebody gave for either side.
    """

    endpoints: dict[str, int]
    prompt_class: str
    cue: str
    cue_on: str
    votes: dict[str, Counter[str]]
    flags: dict[str, set[str]]
    reasons: dict[str, set[str]]


def seen(study: Study, comparisons: Sequence[int]) -> dict[int, Seen]:
    """Each of these that has a key in the study, in two looks."""
    arms = Arm.objects.filter(matchup__study=study, comparison__in=comparisons).select_related(
        "matchup__prompt", "matchup__generation_a", "matchup__generation_b", "matchup__cue"
    )
    arms = arms.only(
        "comparison",
        "cue_on",
        "matchup__prompt__prompt_class",
        "matchup__generation_a__endpoint",
        "matchup__generation_b__endpoint",
        "matchup__cue__name",
        "matchup__cue__design",
    )
    found = {arm.comparison_id: _unjudged(arm) for arm in arms}
    standing = judgements.standing(study.protocol).filter(
        assignment__comparison__in=comparisons, assignment__purpose=Assignment.Purpose.STUDY
    )
    said = standing.values_list(
        "assignment__comparison", "assignment__rater__kind", "verdict", "flags", "reasons"
    )
    for comparison, kind, verdict, flags, reasons in said:
        if (one := found.get(comparison)) is not None:
            one.votes.setdefault(kind, Counter())[verdict] += 1
            one.flags.setdefault(kind, set()).update(*flags.values())
            one.reasons.setdefault(kind, set()).update(*reasons.values())
    return found


def _unjudged(arm: Arm) -> Seen:
    matchup = arm.matchup
    return Seen(
        endpoints={"a": matchup.generation_a.endpoint_id, "b": matchup.generation_b.endpoint_id},
        prompt_class=matchup.prompt.prompt_class,
        cue=matchup.cue.label if matchup.cue else "",
        cue_on=arm.cue_on,
        votes={},
        flags={},
        reasons={},
    )


def tally(study: Study) -> list[tuple[int, int, str, int]]:
    """How often people gave each verdict on the study's own comparisons, by the endpoints of sides a and b. Without those
    that show an edit."""
    standing = judgements.standing(study.protocol).filter(
        assignment__purpose=Assignment.Purpose.STUDY, assignment__rater__kind=Rater.Kind.PERSON
    )
    judged = "comparison__assignments__judgements"
    arms = Arm.objects.filter(matchup__study=study, cue_on="", **{f"{judged}__in": standing})
    ends = ("matchup__generation_a__endpoint", "matchup__generation_b__endpoint")
    return list(arms.values_list(*ends, f"{judged}__verdict").annotate(n=Count(judged)).order_by())
