"""Seed statements of a team's own: stored once, however often the same file is given; put away and taken back."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.datasets import jsonl
from vibes.models import SeedSet


@transaction.atomic
def store(*, by: User, name: str, entries: Sequence[Mapping[str, Any]]) -> tuple[SeedSet, bool]:
    """The set with these statements, found sound before, and whether it is new. One that was put away is back."""
    digest = hashlib.sha256(b"".join(map(jsonl.line, entries))).hexdigest()
    found, new = SeedSet.objects.get_or_create(
        content_hash=digest, defaults={"name": name, "entries": list(entries), "created_by": by}
    )
    if new:
        audit.record(by=by, verb="stored", subject=found, statements=len(entries))
    elif found.archived_at:
        take_back(by=by, statements=found)
    return found, new


@transaction.atomic
def put_away(*, by: User, statements: SeedSet) -> None:
    """No further run chooses from it; those that did are as they were."""
    if SeedSet.objects.filter(pk=statements.pk, archived_at=None).update(archived_at=timezone.now()):
        audit.record(by=by, verb="put away", subject=statements)


@transaction.atomic
def take_back(*, by: User, statements: SeedSet) -> None:
    if SeedSet.objects.filter(pk=statements.pk, archived_at__isnull=False).update(archived_at=None):
        audit.record(by=by, verb="took back", subject=statements)
