"""Simulated raters with stated planted biases, working through the rating room's own services.

They see what a rater sees: the two answers as shown, and which stands on the left. A simulated rater's log-odds for the
left answer are the planted biases times the differences of the two texts; a draw inside its own tie threshold is a tie.
Their rows carry the kind "simulated", take no places of people, and are watermarked wherever they are shown.
"""

import random
import secrets
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import exp, log
from typing import Any

from django.db import transaction
from django.db.models import F

from annotations import assigning
from annotations.assigning import derived_seed
from annotations.models import Assignment, RatingSession, User
from annotations.queries import judgements as read
from annotations.rubrics import Scale
from annotations.services import audit, dealing, judgements, raters, sessions
from annotations.verdicts import Verdict
from vibes.features import registry as features
from vibes.models import Arm, SimulatedCrowd, Study
from vibes.seeds.bank import holds_key

REPORT_EVERY = 10


@dataclass(frozen=True)
class Planted:
    """Biases in log-odds: per reference SD of the difference for texts, per answer for the rest."""

    praise: float = 0.8
    praise_when_undecided: float = 0.4
    lists: float = 0.4
    length: float = 0.15
    correct: float = 1.5
    left: float = 0.1
    tie_threshold: float = 0.7
    spread: float = 0.3


@transaction.atomic
def create(*, by: User, study: Study, size: int, judgements_each: int, planted: Planted) -> SimulatedCrowd:
    """A queued crowd; the caller starts its job."""
    crowd = SimulatedCrowd.objects.create(
        study=study,
        raters=size,
        judgements_each=judgements_each,
        planted=asdict(planted),
        seed=secrets.randbits(62),
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
        keys = _answer_keys(crowd.study)
        for number in range(crowd.raters):
            _rate(crowd, random.Random(derived_seed(crowd.seed, number)), keys)
    except Exception as error:
        SimulatedCrowd.objects.filter(pk=crowd_id).update(
            state=SimulatedCrowd.State.FAILED, error=repr(error)
        )
        raise
    SimulatedCrowd.objects.filter(pk=crowd_id).update(state=SimulatedCrowd.State.DONE)


def _answer_keys(study: Study) -> dict[int, str]:
    arms = Arm.objects.filter(matchup__study=study)
    return dict(arms.values_list("comparison", "matchup__prompt__answer_key"))


def _rate(crowd: SimulatedCrowd, rng: random.Random, keys: dict[int, str]) -> None:
    """One simulated rater's session, begun, judged and ended."""
    planted = _personal(Planted(**crowd.planted), rng)
    rater = raters.simulate(planted=asdict(planted))
    session = sessions.open_session(rater=rater, protocol=crowd.study.protocol, length=crowd.judgements_each)
    sessions.consent(session=session)
    done = 0
    while assignment := dealing.deal_next(session=session):
        _judge(assignment, session, planted, keys.get(assignment.comparison_id, ""), rng)
        done += 1
        if done % REPORT_EVERY == 0:
            SimulatedCrowd.objects.filter(pk=crowd.pk).update(done=F("done") + REPORT_EVERY)
    SimulatedCrowd.objects.filter(pk=crowd.pk).update(done=F("done") + done % REPORT_EVERY)
    sessions.end(session=session)


def _personal(planted: Planted, rng: random.Random) -> Planted:
    """Tastes differ from rater to rater by a normal draw of SD `spread`; thresholds by a log-normal one."""
    moved = {
        name: value + rng.gauss(0, planted.spread)
        for name, value in asdict(planted).items()
        if name in ("praise", "lists", "length")
    }
    threshold = planted.tie_threshold * exp(rng.gauss(0, planted.spread))
    return Planted(**(asdict(planted) | moved | {"tie_threshold": threshold}))


def _judge(
    assignment: Assignment, session: RatingSession, planted: Planted, key: str, rng: random.Random
) -> None:
    verdict, lean = _verdict(assignment, planted, key, rng)
    name = str(assignment.public_id)
    answer = judgements.Answer(key=f"{name}.1", **_points(Scale(session.protocol.scale), verdict, lean))
    judgement = judgements.record(assignment=assignment, rater=session.rater, answer=answer)
    if read.lean_wanted(judgement, session.protocol):
        judgements.add_lean(assignment=assignment, rater=session.rater, lean=lean, key=f"{name}.2")


def _points(scale: Scale, verdict: str, lean: str) -> dict[str, Any]:
    """The verdict as this scale asks for it; where it has no tie, the lean decides."""
    if scale is Scale.FOUR:
        return {"verdict": verdict}
    if verdict == Verdict.TIE and scale is Scale.EIGHT:
        return {"strength": 1 if lean == "a" else -1}
    return {"strength": {Verdict.A: 2, Verdict.B: -2}.get(Verdict(verdict), 0)}


def _verdict(assignment: Assignment, planted: Planted, key: str, rng: random.Random) -> tuple[str, str]:
    """A verdict and a lean, as clicked: "a" is the left column."""
    comparison = assignment.comparison
    sides = [comparison.side_a, comparison.side_b]
    left, right = sides if assignment.left == "a" else sides[::-1]
    texts = left[-1]["text"], right[-1]["text"]
    right_answers = [not key or holds_key(text, key) for text in texts]
    utility = _utility(texts, planted) + planted.correct * (right_answers[0] - right_answers[1])
    if not any(right_answers) and assignment.session.protocol.both_bad_allowed and rng.random() < 0.5:
        return Verdict.BOTH_BAD, _side(utility + _logistic(rng))
    felt = utility + _logistic(rng)
    undecided = utility + planted.praise_when_undecided * _difference(texts, "praise") + _logistic(rng)
    verdict = Verdict.TIE if abs(felt) < planted.tie_threshold else Verdict(_side(felt))
    return verdict, _side(undecided)


def _side(value: float) -> assigning.Side:
    return "a" if value > 0 else "b"


def _utility(texts: tuple[str, str], planted: Planted) -> float:
    """Log-odds for the left answer, its correctness aside."""
    return (
        planted.left
        + planted.praise * _difference(texts, "praise")
        + planted.lists * _difference(texts, "list_items")
        + planted.length * _difference(texts, "length_words")
    )


def _difference(texts: tuple[str, str], name: str) -> float:
    """(left − right)/(left + right) in reference SDs; 0 where both are 0."""
    left, right = (_counts(text)[name] for text in texts)
    return (
        0.0 if left + right == 0 else (left - right) / (left + right) / features.FEATURES[name].reference_sd
    )


@lru_cache(maxsize=5_000)
def _counts(text: str) -> dict[str, float]:
    return features.measure(text)


def _logistic(rng: random.Random) -> float:
    share = rng.random()
    return log(share / (1 - share))
