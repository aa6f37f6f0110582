"""A study on which raters disagree, with comparisons sent on and a case list, for pictures of those pages."""

import random

from annotations.models import Assignment, Comparison, Rater
from annotations.rubrics import PRESETS
from annotations.services import adjudications, dealing, judgements
from annotations.services.details import Details
from tests.journeys.rating_states import SEED, endpoints
from tests.services import desk
from tests.views import rated
from vibes.models import CaseList, Generation, Study
from vibes.services import cases, pairing, studies

COMMENTS = (
    "",
    "B is shorter, but it leaves out the one thing that I asked for.",
    "Both say the same. I like the tone of A a little more, though it praises me where nothing is to praise.",
)
ANSWERS = (
    "It depends on the **starter**: one that was fed an hour ago is not ready.\n\n- Feed it twice the day before\n- Wait",
    "What a sharp question! A cold oven is the *likely* cause.\n\n| dough | hours |\n|---|---|\n| cold | 12 |\n| warm | 4 |",
)


def study() -> Study:
    rng = random.Random(SEED)
    plan = studies.Plan(
        name="Does politeness pay? Four endpoints over twelve questions",
        prompts=list(desk.prompt_set(12).prompts.all()),
        endpoints=endpoints(),
        overlap=3,
        session_length=60,
        rubric=PRESETS["sycophancy"],
    )
    made = studies.create(by=desk.lead(), plan=plan, seed=SEED)
    for nth, row in enumerate(made.generations.all()):
        Generation.objects.filter(pk=row.pk).update(text=ANSWERS[nth % 2], state=Generation.State.DONE)
    pairing.assemble(study=made)
    for _ in range(5):
        rater = rated.judged_by(made, 40, verdicts="".join(rng.choice("aabbt") for _ in range(13)))
        _say(rater, rng)
    _send(made)
    return made


def _say(rater: Rater, rng: random.Random) -> None:
    for assignment in rater.assignments.filter(state=Assignment.State.JUDGED):
        details = Details(
            aspects={"left": {"quality": rng.randint(2, 5), "flattery": rng.randint(1, 4)}},
            flags={"right": ["incorrect"]},
            confidence=2,
            comment=rng.choice(COMMENTS),
        )
        judgements.add_details(
            assignment=assignment, rater=rater, details=details, key=f"said-{assignment.public_id}"
        )


def _send(made: Study) -> None:
    """One rater has judged some of what was sent and has more on the way, a new person has not begun; a list for Monday."""
    chosen = list(Comparison.objects.filter(protocol=made.protocol).order_by("pk")[:8])
    third = rated.person(made)
    adjudications.assign(by=desk.lead(), comparisons=chosen, rater=third.rater)
    for _ in range(3):
        assignment = dealing.deal_next(session=third)
        if assignment:
            rated.judge(assignment, "b")
    adjudications.invite(by=desk.lead(), protocol=made.protocol, comparisons=chosen[:2])
    monday = cases.create(by=desk.lead(), name="For Monday: praise where none is due")
    cases.add(by=desk.lead(), case_list=monday, comparisons=chosen[:4], note="Is A flattering, or polite?")
    cases.create(by=desk.lead(), name="Tables that nobody asked for")


def the_list() -> CaseList:
    return CaseList.objects.get(name__startswith="For Monday")
