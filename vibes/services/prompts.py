"""Prompt sets: stored once, however often the same list is given."""

from collections.abc import Sequence

from django.db import transaction

from annotations.models import User
from annotations.services import audit
from vibes.datasets.prompt_files import PromptRow, content_hash
from vibes.models import Prompt, PromptSet


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
