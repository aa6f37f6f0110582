"""Celery doors: fetch ids, call one service. They decide nothing."""

from celery import shared_task

from annotations.models import User
from vibes import celery
from vibes.models import AnalysisRun, Judge, Study
from vibes.services import (
    adaptive,
    analyses,
    calibrations,
    claims_readings,
    edit_replies,
    findable,
    judge_questions,
    judge_replies,
    live,
    measurements,
    probes,
    run_schedules,
    simulation,
)
from vibes.services.generations import batches, claims, holding, pump


@shared_task(name="vibes.tasks.pump_generations")
def pump_generations() -> None:
    """Fetches answers until nothing waits; sends itself again when its time is up before that, or it cannot do alone."""
    pump.run(stopping=celery.stopping, call_help=pump_generations.delay)
    _score_probes()
    if not celery.stopping() and claims.expected(0):
        pump_generations.delay()


@shared_task(name="vibes.tasks.sweep_generations")
def sweep_generations() -> None:
    """Wakes a pump where rows wait: those of a worker that was lost, and those whose message was."""
    claims.sweep()
    holding.sweep()
    pump.pair_recent()
    live.sweep()
    judge_questions.sweep()
    judge_replies.settle()
    edit_replies.collect()
    claims_readings.collect()
    claims_readings.ask()
    _score_probes()
    if claims.unattended():
        pump_generations.delay()


@shared_task(name="vibes.tasks.drive_batches")
def drive_batches() -> None:
    """Makes batches of what waits for one, and has each batch take its next step: a long one holds up no other."""
    batches.prepare_waiting()
    for batch_id in batches.due():
        drive_batch.delay(batch_id)


@shared_task(name="vibes.tasks.drive_batch")
def drive_batch(batch_id: int) -> None:
    batches.drive(batch_id=batch_id)


@shared_task(name="vibes.tasks.refresh_priorities")
def refresh_priorities() -> None:
    """In adaptive studies: what tells most by now is dealt first."""
    adaptive.refresh_due()


@shared_task(name="vibes.tasks.keep_findable")
def keep_findable() -> None:
    """What comparisons are looked for by follows their judgements."""
    findable.sweep()


@shared_task(name="vibes.tasks.run_analysis")
def run_analysis(run_id: int) -> None:
    """The figures are drawn here as well: whoever opens the run first need not wait for them."""
    run = analyses.compute(run_id=run_id)
    if run.state == AnalysisRun.State.DONE:
        # Draws with plotly, which is loaded when a run is computed, not when a process starts.
        from vibes.queries import drawn

        drawn.every(run)


@shared_task(name="vibes.tasks.refresh_runs")
def refresh_runs() -> None:
    """Computes anew what a schedule asks for, where judgements have come in, and what a lost worker left behind."""
    for run_id in [*run_schedules.due(), *analyses.left_behind()]:
        run_analysis.delay(run_id)


@shared_task(name="vibes.tasks.run_simulation")
def run_simulation(crowd_id: int) -> None:
    simulation.run(crowd_id=crowd_id)


@shared_task(name="vibes.tasks.ask_judge")
def ask_judge(run_id: int) -> None:
    """Writes a judge's questions, and wakes the pump that asks them."""
    judge_questions.ask(run_id=run_id)
    pump_generations.delay()


@shared_task(name="vibes.tasks.calibrate_judge")
def calibrate_judge(judge_id: int, study_id: int, user_id: int) -> None:
    calibrations.measure(
        by=User.objects.get(pk=user_id),
        judge=Judge.objects.select_related("rater").get(pk=judge_id),
        study=Study.objects.select_related("protocol").get(pk=study_id),
    )


@shared_task(name="vibes.tasks.measure_answers")
def measure_answers(study_id: int, user_id: int) -> None:
    measurements.by_lexicon(by=User.objects.get(pk=user_id), study=Study.objects.get(pk=study_id))


@shared_task(name="vibes.tasks.score_probe")
def score_probe(run_id: int) -> None:
    """Where its judge is asked first, the pump fetches what it says."""
    run = probes.score(run_id=run_id)
    if not run.ended:
        pump_generations.delay()


def _score_probes() -> None:
    for run_id in probes.complete():
        score_probe.delay(run_id)
