"""Rows that want an answer."""

import hashlib
import json
from collections.abc import Iterable

from django.db import transaction

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint, Generation, Prompt, Study

SNAPSHOT = (
    "provider",
    "base_url",
    "model",
    "key_variable",
    "system",
    "temperature",
    "max_tokens",
    "timeout_seconds",
)
# What does not change the answer is frozen with the row but leaves its identity alone.
NOT_IDENTITY = {"key_variable", "timeout_seconds"}


def snapshot(endpoint: Endpoint) -> dict[str, object]:
    """The endpoint's settings as they are now."""
    return {name: getattr(endpoint, name) for name in SNAPSHOT}


def snapshot_hash(settings: dict[str, object]) -> str:
    identity = {name: value for name, value in settings.items() if name not in NOT_IDENTITY}
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def enqueue(*, study: Study, endpoints: Iterable[Endpoint], prompts: Iterable[Prompt]) -> int:
    """Attaches one generation per endpoint and prompt to the study. An answer that is paid for is not asked again.

    Returns how many rows wait for an answer.
    """
    prompt_list = list(prompts)
    for endpoint in endpoints:
        settings = snapshot(endpoint)
        digest = snapshot_hash(settings)
        Generation.objects.bulk_create(
            [
                Generation(endpoint=endpoint, snapshot=settings, snapshot_hash=digest, prompt=prompt)
                for prompt in prompt_list
            ],
            ignore_conflicts=True,
        )
        rows = Generation.objects.filter(snapshot_hash=digest, sample=0, prompt__in=prompt_list)
        study.generations.add(*rows)
    return study.generations.filter(state=Generation.State.QUEUED).count()


@transaction.atomic
def retry_failed(*, by: User, study: Study) -> int:
    """Puts the study's failed generations back into the queue; how many."""
    failed = Generation.objects.filter(studies=study, state=Generation.State.FAILED)
    count = failed.update(state=Generation.State.QUEUED, tries=0, not_before=None, error="")
    audit.record(by=by, verb="retried failed generations of", subject=study, generations=count)
    return count
