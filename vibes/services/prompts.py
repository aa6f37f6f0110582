"""Prompt sets: stored once, however often the same list is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from annotations.models import Comparison, User
from annotations.services import audit
from vibes.datasets.prompt_files import PromptRow, content_hash
from vibes.models import Prompt, PromptSet
from vibes.queries import prompt_sets

LONGEST_NAME = 120


@transaction.atomic
def store(*, by: User, name: str, rows: Sequence[PromptRow], seeded: bool = False) -> PromptSet:
    """The set with these prompts: a new one, or the one that already holds exactly them."""
    found, new = PromptSet.objects.get_or_create(
        content_hash=content_hash(rows), defaults={"name": name[:120], "created_by": by, "seeded": seeded}
    )
    if new:
        Prompt.objects.bulk_create([_prompt(found, row) for row in rows], batch_size=500)
        audit.record(by=by, verb="stored", subject=found, prompts=len(rows))
    return found


@dataclass(frozen=True)
class Collected:
    """The set, and how many prompts of raters were left out of it. `there`: whether a set held exactly these before."""

    prompt_set: PromptSet
    prompts: int
    left_out: int
    there: bool


class NoPrompts(ValueError):
    """Comparisons of which no set can be made, or a name that is none. The message is for the team."""


@transaction.atomic
def collect(*, by: User, name: str, comparisons: Sequence[Comparison]) -> Collected:
    """A set of what these comparisons asked, each prompt once, in their order. What raters wrote themselves stays theirs and is
    left out. Raises NoPrompts."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NoPrompts(f"Give the set a name of at most {LONGEST_NAME} characters.")
    found = prompt_sets.of_comparisons([comparison.pk for comparison in comparisons])
    own = [prompt for prompt in found if prompt.author_id is None]
    if not own:
        raise NoPrompts("Raters wrote these prompts themselves: they are not given to others.")
    rows = _rows(own)
    there = PromptSet.objects.filter(content_hash=content_hash(rows)).exists()
    return Collected(store(by=by, name=name, rows=rows), len(rows), len(found) - len(own), there)


def _rows(prompts: Sequence[Prompt]) -> list[PromptRow]:
    """Each with an id of its own: where two sets gave one id to two prompts, the later one's has its number behind it."""
    taken: set[str] = set()
    rows = []
    for prompt in prompts:
        reference = prompt.reference
        if reference in taken:
            number = f"-{prompt.pk}"
            reference = f"{reference[: LONGEST_NAME - len(number)]}{number}"
        taken.add(reference)
        rows.append(
            PromptRow(
                reference=reference,
                turns=tuple(prompt.turns),
                prompt_class=prompt.prompt_class,
                answer_key=prompt.answer_key,
                twin=prompt.twin,
                stance=prompt.stance,
            )
        )
    return rows


def looked_up(rows: Sequence[PromptRow]) -> list[Prompt]:
    """The stored prompts of the set that holds exactly these, or unsaved ones: for what is told before it is stored."""
    found = PromptSet.objects.filter(content_hash=content_hash(rows)).first()
    return list(found.prompts.all()) if found else [_prompt(None, row) for row in rows]


def _prompt(prompt_set: PromptSet | None, row: PromptRow) -> Prompt:
    return Prompt(
        prompt_set=prompt_set,
        reference=row.reference,
        turns=[dict(turn) for turn in row.turns],
        prompt_class=row.prompt_class,
        answer_key=row.answer_key,
        twin=row.twin,
        stance=row.stance,
    )
