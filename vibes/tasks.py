"""Celery doors: fetch ids, call one service. They decide nothing."""

from celery import shared_task

from vibes import celery
from vibes.services import analyses, simulation
from vibes.services.generations import claims, pump


@shared_task(name="vibes.tasks.pump_generations")
def pump_generations() -> None:
    """Fetches answers until nothing waits; sends itself again when its time is up before that."""
    pump.run(stopping=celery.stopping)
    if claims.waiting() and not celery.stopping():
        pump_generations.delay()


@shared_task(name="vibes.tasks.sweep_generations")
def sweep_generations() -> None:
    """Wakes a pump where rows wait: those of a worker that was lost, and those whose message was."""
    claims.sweep()
    if claims.unattended():
        pump_generations.delay()


@shared_task(name="vibes.tasks.run_analysis")
def run_analysis(run_id: int) -> None:
    analyses.compute(run_id=run_id)


@shared_task(name="vibes.tasks.run_simulation")
def run_simulation(crowd_id: int) -> None:
    simulation.run(crowd_id=crowd_id)
