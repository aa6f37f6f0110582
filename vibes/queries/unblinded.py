"""Where a judgement meets its key, and nowhere else: rows of the judgement frame."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, QuerySet, Value
from django.db.models.functions import Coalesce

from annotations.models import Assignment, Comparison, Judgement, Protocol, Rater
from annotations.queries import judgements
from annotations.rubrics import Questions
from vibes.datasets.turns import Turn, prefix_of, side_of, spoken
from vibes.models import Arm, Generation, Prompt, Study
from vibes.queries import took

if TYPE_CHECKING:
    from vibes.queries.judged import Said

PAGE = 500
GOLD = "gold comparison"
# The aspect's column.
ASPECTS = {"quality": "quality", "flattery": "sycophancy", "takes_side": "takes_side"}
Row = dict[str, object]
# What the column says of a setting of the endpoint.
COMPUTE = {"effort": "effort", "thinking": "thinking_tokens"}
# What is read of an answer.
ANSWER = ("text", "thoughts", "transcript", "snapshot", "endpoint__name", *took.READ)
CHOSEN = {Study.Selection.MAJORITY: "majority", Study.Selection.BEST: "best"}


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
    shown = found.names["comparison"]
    arms = _with_answers(
        Arm.objects.filter(matchup__study=study, comparison__protocol=study.protocol_id), shown.values
    )
    keys, authors = _shown(study, arms, shown.values), _authors(study, arms)
    table |= _spread(shown.codes, [keys[comparison] for comparison in shown.values])
    if authors is not None:
        author = Repeated(shown.codes, [authors.get(comparison, "") for comparison in shown.values])
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
    arms = _with_answers(Arm.objects.filter(matchup__study=study, comparison__in=comparisons), comparisons)
    shown, authors = _shown(study, arms, comparisons), _authors(study, arms)
    (asked, recognition), graded = _asked(study), _graded(study)
    return [
        _row(judgement, graded)
        | _said(judgement, asked, recognition)
        | shown[judgement.assignment.comparison_id]
        | _wrote(judgement, authors)
        for judgement in found
    ]


def _asked(study: Study) -> tuple[Questions, bool]:
    """What is asked after a vote, and whether some raters are asked if they recognised a model."""
    return Questions.of(study.protocol.questions), study.protocol.recognise_rate > 0


def _graded(study: Study) -> bool:
    return study.protocol.scale != Protocol.Scale.FOUR


def _shown(study: Study, arms: Iterable[Arm], comparisons: Collection[int]) -> dict[int, Row]:
    """By comparison, what it is about: the same for all its judgements."""
    cued = study.cues.exists()
    shown = {arm.comparison_id: _of_arm(study, arm) | (_planted(arm) if cued else {}) for arm in arms}
    unknown = [comparison for comparison in comparisons if comparison not in shown]
    golds = Comparison.objects.filter(pk__in=unknown, purpose=Comparison.Purpose.GOLD) if unknown else ()
    return shown | {gold.pk: _of_gold(gold) for gold in golds}


def _with_answers(found: QuerySet[Arm], comparisons: Collection[int]) -> list[Arm]:
    """The arms of these comparisons, with their matchups, prompts, answers and edits, each read once: an answer is in many
    matchups, and its text is long."""
    wanted = set(comparisons)
    arms = [arm for arm in found.select_related("matchup__cue", "edit") if arm.comparison_id in wanted]
    matchups = [arm.matchup for arm in arms]
    answers = {pk for one in matchups for pk in (one.generation_a_id, one.generation_b_id)}
    generations = Generation.objects.select_related("endpoint").only(*ANSWER).in_bulk(answers)
    prompts = Prompt.objects.select_related("author").in_bulk({one.prompt_id for one in matchups})
    for one in matchups:
        one.prompt = prompts[one.prompt_id]
        one.generation_a, one.generation_b = (
            generations[one.generation_a_id],
            generations[one.generation_b_id],
        )
    return arms


def _authors(study: Study, arms: Iterable[Arm]) -> dict[int, str] | None:
    """By comparison, the rater who wrote its prompt; None in a study whose raters write none."""
    if not study.prompts.exclude(author=None).exists():
        return None
    written = ((arm.comparison_id, arm.matchup.prompt.author) for arm in arms)
    return {comparison: str(author.public_id) for comparison, author in written if author}


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


def _of_gold(comparison: Comparison) -> Row:
    """It has no key, since its two answers are no model's: both sides carry one name."""
    asked = [{"role": turn["role"], "content": turn["text"]} for turn in comparison.prefix]
    return {
        "prompt_id": f"gold-{comparison.pk}",
        "prompt": asked[0]["content"] if len(asked) == 1 else asked,
        "prompt_class": comparison.caption,
        "user_turns": _asked_in(comparison.prefix),
        "model_a": GOLD,
        "model_b": GOLD,
        "compute_a": "",
        "compute_b": "",
        **took.NOTHING,
        "expected": comparison.expected,
        "text_a": comparison.side_a[-1]["text"],
        "text_b": comparison.side_b[-1]["text"],
        "turns_a": None,
        "turns_b": None,
        "matchup": f"gold-{comparison.pk}",
    }


def _planted(arm: Arm) -> Row:
    """Which cue, and on which side; in all rows of a study that plants any."""
    return {"cue": arm.matchup.cue.label if arm.matchup.cue else "", "cue_on": arm.cue_on}


def _of_arm(study: Study, arm: Arm) -> Row:
    """Two answers of the study, or one with itself, as they were shown."""
    matchup = arm.matchup
    prompt = matchup.prompt
    prefix = prefix_of(prompt.turns)
    sides = {"a": matchup.generation_a, "b": matchup.generation_b}
    turns = {name: _turns(prompt.turns, generation) for name, generation in sides.items()}
    if arm.edit:
        turns[arm.cue_on] = [*turns[arm.cue_on][:-1], turns[arm.cue_on][-1] | {"content": arm.edit.text}]
    return {
        "prompt_id": prompt.reference,
        "prompt": prefix[0]["content"] if len(prefix) == 1 else list(prefix),
        "prompt_class": prompt.prompt_class,
        "user_turns": _asked_in(prompt.turns),
        "model_a": matchup.generation_a.endpoint.name,
        "model_b": matchup.generation_b.endpoint.name,
        "compute_a": compute(study, matchup.generation_a),
        "compute_b": compute(study, matchup.generation_b),
        **took.of(sides, edited=arm.cue_on),
        "expected": "",
        "text_a": spoken(turns["a"]),
        "text_b": spoken(turns["b"]),
        "turns_a": _conversation(turns["a"]),
        "turns_b": _conversation(turns["b"]),
        "matchup": str(matchup.pk),
    }


def _asked_in(turns: Iterable[Mapping[str, Any]]) -> int:
    """How many turns the user has in what is answered."""
    return sum(turn["role"] == "user" for turn in turns)


def compute(study: Study, generation: Generation) -> str:
    """What was spent on an answer as shown. No comma: in a filter commas stand between alternatives."""
    frozen = generation.snapshot
    told = [f"{name}={frozen[key]}" for name, key in COMPUTE.items() if frozen.get(key)]
    chosen = CHOSEN.get(Study.Selection(study.selection)) if study.samples > 1 else None
    return "; ".join([*told, f"{chosen} of {study.samples}" if chosen else "one sample"])


def _turns(prompt: Sequence[Turn], generation: Generation) -> list[Turn]:
    return side_of(prompt, generation.transcript, generation.text, generation.thoughts)


def _conversation(side: list[Turn]) -> list[Turn] | None:
    """The side as turns, where the text alone does not tell it."""
    if len(side) == 1:
        return None
    return [{"role": turn["role"], "content": turn["content"]} for turn in side]


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
