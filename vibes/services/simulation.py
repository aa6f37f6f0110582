"""Simulated raters with stated planted biases, working through the rating room's own services.

They see what a rater sees, and besides which side carries a planted edit, so that a taste for it can be planted too. A
simulated rater's log-odds for the left answer are the planted biases times the differences of the two answers; a draw inside
its own tie threshold is a tie. Their rows carry the kind "simulated", take no places of people, and are watermarked wherever
they are shown.
"""

import random
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce

from annotations.assigning import derived_seed
from annotations.models import Assignment, RatingSession, User
from annotations.queries import judgements as read
from annotations.rubrics import Questions, Scale
from annotations.services import audit, dealing, judgements, raters, sessions
from annotations.services.details import Details
from annotations.verdicts import Verdict
from vibes.models import Arm, SimulatedCrowd, Study
from vibes.services.simulated_minds import Answer, Look, Planted, feel

__all__ = ["Planted", "Shown", "create", "keys_of", "look_of", "run"]
REPORT_EVERY = 10


@dataclass(frozen=True)
class Shown:
    """What the key says of a comparison. `original`: what stood on the side `cue_on` before it was edited."""

    key: str = ""
    cue_on: str = ""
    original: str = ""
    author: int | None = None


@transaction.atomic
def create(
    *, by: User, study: Study, size: int, judgements_each: int, planted: Planted, seed: int | None = None
) -> SimulatedCrowd:
    """A queued crowd; the caller starts its job. `seed`: drawn where none is given."""
    crowd = SimulatedCrowd.objects.create(
        study=study,
        raters=size,
        judgements_each=judgements_each,
        planted=asdict(planted),
        seed=secrets.randbits(62) if seed is None else seed,
        created_by=by,
    )
    audit.record(by=by, verb="added simulated raters to", subject=study, raters=size, planted=asdict(planted))
    return crowd


def run(*, crowd_id: int) -> None:
    """Lets every rater of the crowd judge. A crowd that was begun by a lost worker is not begun again."""
    queued = SimulatedCrowd.objects.filter(pk=crowd_id, state=SimulatedCrowd.State.QUEUED)
    if not queued.update(state=SimulatedCrowd.State.RUNNING):
        return
    crowd = SimulatedCrowd.objects.select_related("study__protocol").get(pk=crowd_id)
    try:
        keys = keys_of(crowd.study)
        for number in range(crowd.raters):
            _rate(crowd, random.Random(derived_seed(crowd.seed, number)), keys)
    except Exception as error:
        SimulatedCrowd.objects.filter(pk=crowd_id).update(
            state=SimulatedCrowd.State.FAILED,
            error=f"A fault of the program, {type(error).__name__}: {error}",
        )
        raise
    SimulatedCrowd.objects.filter(pk=crowd_id).update(state=SimulatedCrowd.State.DONE)


def keys_of(study: Study) -> dict[int, Shown]:
    """By comparison."""
    rows = Arm.objects.filter(matchup__study=study).values_list(
        "comparison",
        "matchup__prompt__answer_key",
        "cue_on",
        Coalesce("edit__generation__text", Value(""), output_field=TextField()),
        "matchup__prompt__author",
    )
    return {comparison: Shown(*told) for comparison, *told in rows}


def _rate(crowd: SimulatedCrowd, rng: random.Random, keys: dict[int, Shown]) -> None:
    """One simulated rater's session, begun, judged and ended."""
    planted = Planted(**crowd.planted).personal(rng)
    rater = raters.simulate(planted=asdict(planted))
    session = sessions.open_session(rater=rater, protocol=crowd.study.protocol, length=crowd.judgements_each)
    sessions.consent(session=session)
    done = 0
    while assignment := dealing.deal_next(session=session):
        look = look_of(assignment, keys.get(assignment.comparison_id, Shown()), crowd.seed)
        _judge(assignment, session, look, planted, rng)
        done += 1
        if done % REPORT_EVERY == 0:
            SimulatedCrowd.objects.filter(pk=crowd.pk).update(done=F("done") + REPORT_EVERY)
    SimulatedCrowd.objects.filter(pk=crowd.pk).update(done=F("done") + done % REPORT_EVERY)
    sessions.end(session=session)


def look_of(assignment: Assignment, shown: Shown, seed: int) -> Look:
    """What lies before the rater, with what the key says of it."""
    comparison = assignment.comparison
    sides = [
        Answer(text, shown.original, cued=True) if shown.cue_on == side else Answer(text, text)
        for side, text in (("a", comparison.side_a[-1]["text"]), ("b", comparison.side_b[-1]["text"]))
    ]
    left, right = sides if assignment.left == "a" else sides[::-1]
    return Look(left, right, shown.key, shown.author == assignment.rater_id, seed)


def _judge(
    assignment: Assignment, session: RatingSession, look: Look, planted: Planted, rng: random.Random
) -> None:
    protocol = session.protocol
    felt = feel(look, planted, rng, both_bad=protocol.both_bad_allowed)
    name = str(assignment.public_id)
    answer = judgements.Answer(key=f"{name}.1", **_points(Scale(protocol.scale), felt.verdict, felt.lean))
    judgement = judgements.record(assignment=assignment, rater=session.rater, answer=answer)
    if read.lean_wanted(judgement, protocol):
        judgements.add_lean(assignment=assignment, rater=session.rater, lean=felt.lean, key=f"{name}.2")
    asked = [name for name in Questions.of(protocol.questions).aspects if name in felt.marks[0]]
    if asked and planted.marks_worth:
        aspects = {
            side: {name: marks[name] for name in asked}
            for side, marks in zip(("left", "right"), felt.marks, strict=True)
        }
        details = Details(aspects=aspects)
        judgements.add_details(
            assignment=assignment, rater=session.rater, details=details, key=f"{name}.details"
        )


def _points(scale: Scale, verdict: str, lean: str) -> dict[str, Any]:
    """The verdict as this scale asks for it; where it has no tie, the lean decides."""
    if scale is Scale.FOUR:
        return {"verdict": verdict}
    if verdict == Verdict.TIE and scale is Scale.EIGHT:
        return {"strength": 1 if lean == "a" else -1}
    return {"strength": {Verdict.A: 2, Verdict.B: -2}.get(Verdict(verdict), 0)}
