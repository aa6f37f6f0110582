"""Studies: made whole, with their protocol, their rating link and the rows that want an answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from annotations.models import Invitation, Protocol, User
from annotations.rubrics import PRESETS, Rubric
from annotations.services import audit, invitations, openings, protocols
from annotations.services.protocols import DEFAULT_CONSENT, DEFAULT_INSTRUCTIONS
from vibes.models import Endpoint, Prompt, Study
from vibes.services import pairing, planting, versions
from vibes.services.generations import queue
from vibes.services.planting import CuePlan

PLAIN_TITLE = "Which answer is better?"


@dataclass(frozen=True)
class Plan:
    """What a lead chose in the builder. `fresh`: new answers are drawn where stored ones would do; `held`: rating waits until
    the lead opens it."""

    name: str
    prompts: Sequence[Prompt]
    endpoints: Sequence[Endpoint]
    pairing: str = Study.Pairing.ALL
    baseline: Endpoint | None = None
    rubric: Rubric = PRESETS["vibes"]
    instructions: str = DEFAULT_INSTRUCTIONS
    consent: str = DEFAULT_CONSENT
    gold_rate: float = 0.0
    repeat_rate: float = 0.0
    identical_rate: float = 0.0
    recognise_rate: float = 0.0
    training_length: int = 0
    training_pass: int = 0
    reveal: str = Protocol.Reveal.NEVER
    replay: bool = False
    own_prompts: int = 0
    own_prompts_later: bool = False
    overlap: int = 3
    session_length: int = 30
    rater_title: str = ""
    held: bool = False
    samples: int = 1
    fresh: bool = False
    selection: str = Study.Selection.EACH
    delivery: str = Study.Delivery.LIVE
    budget: Decimal | None = None
    cues: Sequence[CuePlan] = ()
    # Judgements wanted of a cued matchup without its cue, and with it on either side.
    unplanted: int = 1
    planted: int = 3

    @property
    def shown_title(self) -> str:
        """What raters see in place of the study's name."""
        return self.rater_title or PLAIN_TITLE


@transaction.atomic
def create(*, by: User, plan: Plan, seed: int | None = None) -> Study:
    """A study whose answers are queued and whose comparisons appear as they arrive.

    The caller wakes the pump. The rater's title is the plan's own, or a plain one: a study's name may name models.
    """
    seed = secrets.randbits(62) if seed is None else seed
    protocol = protocols.create(
        by=by,
        title=plan.shown_title,
        seed=seed,
        overlap=plan.overlap,
        session_length=plan.session_length,
        rubric=plan.rubric,
        gold_rate=plan.gold_rate,
        identical_rate=plan.identical_rate,
        recognise_rate=plan.recognise_rate,
        training_length=plan.training_length,
        training_pass=plan.training_pass,
        reveal=plan.reveal,
        replay=plan.replay,
        own_prompts=plan.own_prompts,
        own_prompts_later=plan.own_prompts_later,
        repeat_rate=plan.repeat_rate,
        instructions=plan.instructions,
        consent=plan.consent,
    )
    study = Study.objects.create(
        name=plan.name,
        protocol=protocol,
        pairing=plan.pairing,
        baseline=plan.baseline,
        samples=plan.samples,
        first_sample=_first_sample(plan),
        selection=plan.selection,
        delivery=plan.delivery,
        budget=plan.budget,
        unplanted=plan.unplanted,
        planted=plan.planted,
        seed=seed,
        created_by=by,
    )
    versions.first(by=by, study=study)
    planting.attach(by=by, study=study, plans=plan.cues, budget=plan.budget)
    if plan.held:
        openings.hold(by=by, protocol=protocol)
    study.prompts.add(*[prompt.pk for prompt in plan.prompts])
    study.endpoints.set(plan.endpoints)
    invitations.create(by=by, protocol=protocol)
    queue.enqueue(study=study)
    # Answers that an earlier study has paid for are here already.
    pairing.assemble(study=study)
    audit.record(by=by, verb="created", subject=study, **_ordered(plan))
    return study


def _first_sample(plan: Plan) -> int:
    """0, so that stored answers are found; for a fresh draw the first number that no endpoint has used."""
    if not plan.fresh:
        return 0
    # Two fresh draws at once take their numbers one after the other.
    chosen = Endpoint.objects.filter(pk__in=[endpoint.pk for endpoint in plan.endpoints]).order_by("pk")
    return queue.next_sample(endpoints=list(chosen.select_for_update()), prompts=plan.prompts)


def _ordered(plan: Plan) -> dict[str, object]:
    return {
        "prompts": len(plan.prompts),
        "endpoints": len(plan.endpoints),
        "samples": plan.samples,
        "fresh": plan.fresh,
        "delivery": plan.delivery,
        "budget": None if plan.budget is None else str(plan.budget),
        **({"cues": [f"{cue.name} ({cue.share:.0%})" for cue in plan.cues]} if plan.cues else {}),
    }


@transaction.atomic
def invite(
    *,
    by: User,
    study: Study,
    places: int,
    days: int,
    outside_parameter: str = "",
    completion_url: str = "",
) -> Invitation:
    """A further rating link. Raises NotALink."""
    # What is asked does not become other between the look and the write: a link to the version before would lead nowhere.
    study = Study.objects.select_for_update(of=("self",)).select_related("protocol").get(pk=study.pk)
    return invitations.create(
        by=by,
        protocol=study.protocol,
        places=places,
        days=days,
        outside_parameter=outside_parameter,
        completion_url=completion_url,
    )
