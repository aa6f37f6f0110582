"""Celery doors of the rating room."""

from celery import shared_task

from annotations.services import dealing


@shared_task(name="annotations.tasks.sweep_assignments")
def sweep_assignments() -> None:
    """Frees the places of comparisons whose raters went away."""
    dealing.sweep()
