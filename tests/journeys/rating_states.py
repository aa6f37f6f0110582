"""A study in the middle of its rating, with raters of every kind, for pictures of its pages."""

import random
from datetime import timedelta

from django.utils import timezone

from annotations.models import Judgement, Rater
from annotations.services import standing
from tests.services import desk
from tests.views import rated
from vibes.models import Endpoint, Study
from vibes.services import pairing, studies

NAMES = ("Plain", "A reasoning model with a rather long name, effort high", "Local 7B", "Wrong now and then")
SEED = 7


def endpoints() -> list[Endpoint]:
    """The characters under names as long and as short as they come."""
    chosen = []
    for name, character in zip(NAMES, desk.CHARACTERS, strict=True):
        endpoint = desk.endpoint(character)
        endpoint.name = name
        endpoint.save()
        chosen.append(endpoint)
    return chosen


def study() -> Study:
    """Fourteen careful raters, one of the left, one of ties, one too fast; one paused, one excluded."""
    rng = random.Random(SEED)
    plan = studies.Plan(
        name="Does politeness pay? Four endpoints over thirty questions",
        prompts=list(desk.prompt_set(30).prompts.all()),
        endpoints=endpoints(),
        overlap=4,
        gold_rate=0.1,
        repeat_rate=0.1,
        identical_rate=0.1,
    )
    made = studies.create(by=desk.lead(), plan=plan, seed=SEED)
    rated.answer_all(made)
    rated.add_checks(made)
    for _ in range(14):
        rated.judged_by(
            made, 26, verdicts="".join(rng.choice("aabbt") for _ in range(13)), seconds=rng.uniform(14, 40)
        )
    rated.judged_by(made, 60, verdicts="a", seconds=22)
    rated.judged_by(made, 60, verdicts="tttttttttt", seconds=2.1)
    _standings(made)
    _spread(made, rng)
    return made


def _standings(made: Study) -> None:
    first, second = Rater.objects.order_by("pk")[:2]
    standing.pause(by=desk.lead(), rater=first, reason="asks what “better” means: we talk on Monday")
    standing.exclude(by=desk.lead(), rater=second, reason="had a colleague answer in their place")


def _spread(made: Study, rng: random.Random) -> None:
    """Over a working day, so that the hours are unlike."""
    now = timezone.now()
    for pk in Judgement.objects.filter(protocol=made.protocol).values_list("pk", flat=True):
        ago = timedelta(hours=min(rng.expovariate(0.25), 22))
        Judgement.objects.filter(pk=pk).update(decided_at=now - ago)


def empty() -> Study:
    made = desk.study(prompt_count=2)
    pairing.assemble(study=made)
    return made
