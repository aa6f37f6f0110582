"""Where a judgement meets its key, and nowhere else: rows of the judgement frame."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Max, QuerySet

from annotations.models import Judgement
from annotations.queries import judgements
from vibes.datasets.turns import Turn, prefix_of, side_of, spoken
from vibes.models import Arm, Generation, Matchup, Study

PAGE = 500
Row = dict[str, object]
# What the column says of a setting of the endpoint.
COMPUTE = {"effort": "effort", "thinking": "thinking_tokens"}
CHOSEN = {Study.Selection.MAJORITY: "majority", Study.Selection.BEST: "best"}


def fingerprint(study: Study) -> str:
    """Changes with every judgement, revision or retraction: how many stand, and the highest id ever written."""
    standing = judgements.standing(study.protocol).aggregate(n=Count("pk"))["n"]
    highest = Judgement.objects.filter(protocol=study.protocol).aggregate(last=Max("pk"))["last"]
    return f"judgements:{standing}:{highest or 0}"


def count(study: Study) -> int:
    return judgements.standing(study.protocol).count()


def page(study: Study, *, after: int, kinds: Sequence[str]) -> list[Row]:
    """The next rows by judgement id, for exports that stream; empty at the end."""
    found = _rows(study).filter(pk__gt=after, assignment__rater__kind__in=kinds)[:PAGE]
    return _with_key(study, list(found))


def rows(study: Study, *, kinds: Sequence[str]) -> Iterator[Row]:
    """All rows, by judgement id."""
    after = 0
    while batch := page(study, after=after, kinds=kinds):
        yield from batch
        after = int(str(batch[-1]["judgement_id"]))


def columns(study: Study, *, kinds: Sequence[str]) -> dict[str, list[object]]:
    """The judgement frame as columns."""
    table: dict[str, list[object]] = {}
    for row in rows(study, kinds=kinds):
        for name, value in row.items():
            table.setdefault(name, []).append(value)
    return table


def _rows(study: Study) -> QuerySet[Judgement]:
    found = judgements.standing(study.protocol).select_related("assignment__rater", "assignment__session")
    return found.order_by("pk")


def _with_key(study: Study, found: list[Judgement]) -> list[Row]:
    comparisons = {j.assignment.comparison_id for j in found}
    arms = Arm.objects.filter(matchup__study=study, comparison__in=comparisons).select_related(
        "matchup__prompt", "matchup__generation_a__endpoint", "matchup__generation_b__endpoint"
    )
    keys = {arm.comparison_id: arm.matchup for arm in arms}
    return [_row(study, judgement, keys[judgement.assignment.comparison_id]) for judgement in found]


def _row(study: Study, judgement: Judgement, matchup: Matchup) -> Row:
    assignment = judgement.assignment
    prompt = matchup.prompt
    prefix = prefix_of(prompt.turns)
    sides = {"a": matchup.generation_a, "b": matchup.generation_b}
    turns = {name: _turns(prompt.turns, generation) for name, generation in sides.items()}
    return {
        "judgement_id": judgement.pk,
        "prompt_id": prompt.reference,
        "prompt": prefix[0]["content"] if len(prefix) == 1 else list(prefix),
        "prompt_class": prompt.prompt_class,
        "rater": str(assignment.rater.public_id),
        "rater_kind": assignment.rater.kind,
        "model_a": matchup.generation_a.endpoint.name,
        "model_b": matchup.generation_b.endpoint.name,
        "compute_a": compute(study, matchup.generation_a),
        "compute_b": compute(study, matchup.generation_b),
        "verdict": judgement.verdict,
        "lean": judgement.lean,
        "a_is_left": judgement.left == "a",
        "text_a": spoken(turns["a"]),
        "text_b": spoken(turns["b"]),
        "turns_a": _conversation(turns["a"]),
        "turns_b": _conversation(turns["b"]),
        "matchup": str(matchup.pk),
        "purpose": "study",
        "session": str(assignment.session_id),
        "order": assignment.place,
        "seconds": judgement.seconds_visible,
        "created_at": judgement.decided_at.isoformat(),
    }


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
