"""Errands: studies of one endpoint that nobody rates, by which questions of the product's own are fetched, limited, capped and
paid as all answers are."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from annotations.models import User
from annotations.services import openings, protocols
from vibes.datasets.turns import Turn
from vibes.models import Endpoint, Generation, Prompt, PromptSet, Study
from vibes.services import versions
from vibes.services.generations import holding, queue


@dataclass(frozen=True)
class Request:
    """What is asked once: `kind` stands before the hash of the words, `sample` is the how-manieth reply is wanted."""

    kind: str
    system: str
    user: str
    sample: int = 0

    @property
    def turns(self) -> list[Turn]:
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]

    @property
    def reference(self) -> str:
        """The same for the same words, so that what was paid for once is not asked again."""
        words = f"{self.system}\n\n{self.user}"
        return f"{self.kind} {sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


def make(
    *,
    by: User,
    name: str,
    endpoint: Endpoint,
    seed: int,
    budget: Decimal | None = None,
    delivery: str = Study.Delivery.LIVE,
) -> Study:
    """One endpoint, so that no two replies ever meet."""
    name = name[:200]
    protocol = protocols.create(by=by, title=name, seed=seed, overlap=1, session_length=1)
    openings.hold(by=by, protocol=protocol)
    errand = Study.objects.create(
        name=name, protocol=protocol, seed=seed, budget=budget, delivery=delivery, created_by=by
    )
    versions.first(by=by, study=errand)
    errand.endpoints.add(endpoint)
    return errand


def order(*, errand: Study, endpoint: Endpoint, stored: PromptSet, asked: Sequence[Request]) -> list[int]:
    """Puts the requests into the queue, or finds what was replied to them before: a generation for each. What was cancelled, or
    failed for a reason that passes, is asked again. Call it inside a transaction; the caller wakes the pump."""
    prompts = _prompts(stored, asked)
    errand.prompts.add(*{prompt.pk for prompt in prompts})
    settings, digest = queue.settled(errand, endpoint)
    seed = settings.get("seed")
    found = []
    for request, prompt in zip(asked, prompts, strict=True):
        row, _ = Generation.objects.get_or_create(
            snapshot_hash=digest,
            prompt=prompt,
            sample=request.sample,
            defaults={
                "endpoint": endpoint,
                "snapshot": settings,
                "seed": None if seed is None else int(seed) + request.sample,
                "ordered_by": errand,
            },
        )
        found.append(row.pk)
    errand.generations.add(*set(found))
    holding.lock(study=errand)
    queue.put_back(errand, settings, Generation.objects.filter(pk__in=found))
    queue.settle(study=errand)
    return found


def _prompts(stored: PromptSet, asked: Sequence[Request]) -> list[Prompt]:
    """Each written once however often it is asked."""
    names = [request.reference for request in asked]
    new = {
        name: Prompt(prompt_set=stored, reference=name, turns=request.turns)
        for name, request in zip(names, asked, strict=True)
    }
    Prompt.objects.bulk_create(new.values(), ignore_conflicts=True)
    rows = Prompt.objects.filter(prompt_set=stored, reference__in=new)
    found = {prompt.reference: prompt for prompt in rows}
    return [found[name] for name in names]
