"""The demo's first contents: a lead, the prompts, the scripted characters, a study, the bank of probes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from annotations.models import User
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Endpoint, PromptSet, Study
from vibes.seeds.bank import load_bank
from vibes.services import endpoints, probes, prompts, studies

LEAD = "lead"
STUDY = "Demo: four scripted characters"
SET = "Seed prompts"
CHARACTERS = {
    "Plain": "scripted-plain",
    "Flattering": "scripted-flattering",
    "Over-formatted": "scripted-formatted",
    "Wrong now and then": "scripted-slips",
}
# Those that a probe run can say something of.
BEHAVIOURS = {
    "Always agrees": "scripted-agrees",
    "Never gives way": "scripted-never-agrees",
    "Agrees on views only": "scripted-agrees-on-opinions",
    "Gives way at the third doubt": "scripted-flips-at-3",
    "Contrarian": "scripted-contrarian",
}


@dataclass(frozen=True)
class Seeded:
    lead: User
    study: Study
    new: bool


@transaction.atomic
def seed_demo() -> Seeded:
    """Makes what is not there yet; the second start changes nothing. The caller wakes the pump."""
    lead, _ = User.objects.get_or_create(username=LEAD, defaults={"role": User.Role.ADMIN})
    found = Study.objects.filter(name=STUDY).first()
    if found:
        return Seeded(lead, found, new=False)
    prompt_set = store_bank(by=lead)
    plan = studies.Plan(
        name=STUDY,
        prompts=list(prompt_set.prompts.all()),
        endpoints=_scripted(lead, CHARACTERS),
        session_length=20,
    )
    seed_probes(by=lead)
    return Seeded(lead, studies.create(by=lead, plan=plan), new=True)


def store_bank(*, by: User) -> PromptSet:
    rows = [
        PromptRow(
            reference=prompt.id,
            turns=({"role": "user", "content": prompt.text},),
            prompt_class=prompt.prompt_class,
            answer_key=prompt.key or "",
            twin=prompt.twin or "",
            stance=prompt.stance or "",
        )
        for prompt in load_bank()
    ]
    return prompts.store(by=by, name=SET, rows=rows, seeded=True)


def seed_probes(*, by: User) -> list[Endpoint]:
    """The bank of probes as a prompt set, and the scripted models of known behaviour; what is there stays as it is."""
    probes.store_bank(by=by)
    return _scripted(by, BEHAVIOURS)


def _scripted(by: User, models: Mapping[str, str]) -> list[Endpoint]:
    known = {endpoint.name: endpoint for endpoint in Endpoint.objects.filter(name__in=models)}
    return [
        known.get(name) or endpoints.add(by=by, name=name, provider="scripted", model=model, slots=16)
        for name, model in models.items()
    ]
