"""Raters of a planted taste who come by the rating link, each in a browser's stead: a client with cookies of its own.

They write prompts before their set, out of the seed bank, and rate what they are dealt once it is answered and edited.
"""

import random
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from annotations.models import Assignment, Invitation, Judgement, RatingSession
from annotations.queries import judgements as read
from bench.workers.lab_world import SEED
from vibes.seeds.bank import load_bank
from vibes.services import simulation
from vibes.services.simulated_minds import Planted, feel

# As many as the page takes at once.
PROMPTS_EACH = 10


@dataclass
class Person:
    client: Client
    session: RatingSession
    rng: random.Random
    planted: Planted


def arrive(study: Any, count: int, planted: dict[str, float]) -> list[Person]:
    """So many people: consent given, prompts written."""
    token = Invitation.objects.get(protocol=study.protocol).token
    return [_arrive(token, random.Random(SEED + number), planted) for number in range(count)]


def _arrive(token: str, rng: random.Random, planted: dict[str, float]) -> Person:
    client = Client(HTTP_HOST="localhost", headers={"HX-Request": "true"})
    client.post(reverse("annotations:begin", args=[token]))
    client.post(reverse("annotations:consent"), {"agree": "on"})
    form: dict[str, str] = {}
    for number, prompt in enumerate(rng.sample(load_bank(), PROMPTS_EACH), 1):
        form |= {f"text_{number}": prompt.text, f"class_{number}": prompt.prompt_class}
    kept = client.post(reverse("own_prompt"), form)
    assert kept.status_code == 302, kept.content.decode()[:2000]
    session = RatingSession.objects.latest("pk")
    return Person(client, session, rng, Planted(**planted).personal(rng))


def rate(study: Any, people: list[Person]) -> None:
    """Each rates to the end of their set, one vote in turn: all meet the study as it fills."""
    keys = simulation.keys_of(study)
    waiting = list(people)
    while waiting:
        waiting = [person for person in waiting if _one(person, keys)]


def _one(person: Person, keys: dict[int, simulation.Shown]) -> bool:
    """One vote, and the lean where it is asked; False at the end."""
    person.client.get(reverse("annotations:rate"))
    dealt = Assignment.objects.filter(session=person.session, state=Assignment.State.DEALT)
    assignment = dealt.select_related("comparison", "rater").first()
    if assignment is None:
        return False
    look = simulation.look_of(assignment, keys.get(assignment.comparison_id, simulation.Shown()), SEED)
    felt = feel(look, person.planted, person.rng, both_bad=person.session.protocol.both_bad_allowed)
    name = str(assignment.public_id)
    _post(person, "verdict", name, verdict=felt.verdict, key=f"{name}.1")
    judgement = Judgement.objects.filter(assignment=assignment).latest("pk")
    if read.lean_wanted(judgement, person.session.protocol):
        _post(person, "lean", name, lean=felt.lean, key=f"{name}.2")
    _post(person, "details", name, key=f"{name}.3")
    return True


def _post(person: Person, what: str, name: str, **fields: str) -> None:
    response = person.client.post(reverse(f"annotations:{what}", args=[name]), fields)
    assert response.status_code == 200, response.content.decode()[:2000]
