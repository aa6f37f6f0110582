"""Judges in every state, for pictures of their pages: one with work and figures, one that has done nothing."""

import numpy as np
from django.utils import timezone

from tests.journeys import disagreeing_states
from tests.services import desk, judging_desk
from tests.stats import judged_worlds
from vibes.models import Endpoint, Generation, Judge, JudgeCalibration, JudgeRun, Study
from vibes.services import calibrations, endpoints, judge_questions, judge_replies, judges, measurements
from vibes.stats.judge_calibration import calibrate
from vibes.stats.results.judges import Calibration


def busy() -> Judge:
    """A judge of a study that people rated: most replies came, some are unreadable, some were refused."""
    study = disagreeing_states.study()
    made = judges.create(by=desk.lead(), endpoint=endpoint("A large judge of the newest kind"))
    _replied(made, study)
    calibrations.measure(by=desk.lead(), judge=made, study=study)
    _with_cues(made, study)
    judging_desk.started(made, study, work="scales")
    measurements.by_lexicon(by=desk.lead(), study=study)
    judges.create(by=desk.lead(), endpoint=made.endpoint, version="warned 1")
    failed = judges.start(by=desk.lead(), judge=made, work="sentences")
    why = judge_questions.FAULT.format(run_id=failed.pk)
    JudgeRun.objects.filter(pk=failed.pk).update(state="failed", error=why)
    return made


def endpoint(name: str) -> Endpoint:
    address = "http://127.0.0.1:9/v1"
    return endpoints.add(
        by=desk.lead(), name=name, provider="scripted", model="scripted-judge-fair", base_url=address
    )


def _replied(made: Judge, study: Study) -> None:
    run = judging_desk.started(made, study)
    for n, question in enumerate(run.questions.select_related("reply").order_by("pk")):
        reply: Generation = question.reply
        reply.state, reply.finished_at = "done", timezone.now()
        reply.text = f"VERDICT {question.mark}: {'AB'[n // 3 % 2]}" if n % 9 else "Both have their merits."
        if n % 13 == 5:
            reply.state, reply.error_kind, reply.error = (
                "failed",
                "refused",
                "The vendor withheld the answer.",
            )
        reply.save()
    judge_replies.settle(run=run)


def _with_cues(made: Judge, study: Study) -> None:
    """As a study with planted cues is told: figures of a simulated world, under another version of the code."""
    result = _figures(judged_worlds.World(cue_judge=1.5, position=0.4))
    less = _figures(judged_worlds.World(cue_judge=-1.5, cue_people=-0.3))
    result["cues"]["praise_removed"] = less["cues"]["praise_opener"]
    study = desk.study(prompt_count=1, characters=("plain", "slips"))
    # It judges answers of its own there.
    study.endpoints.add(made.endpoint)
    JudgeCalibration.objects.create(
        judge=made,
        study=study,
        protocol=study.protocol,
        data_fingerprint="simulated",
        seed=1,
        code_version="simulated",
        calibrated=False,
        result=result,
        created_by=desk.lead(),
    )


def _figures(world: judged_worlds.World) -> Calibration:
    return calibrate(judged_worlds.frame(world, 1), judged_worlds.JUDGE, np.random.default_rng(1))
