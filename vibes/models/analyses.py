"""Frozen numbers."""

from django.conf import settings
from django.db import models


class AnalysisRun(models.Model):
    """One computation: specification, data, seed and code in; a report out. Never recomputed in place."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    study = models.ForeignKey(
        "vibes.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    # Which version of what raters were asked: judgements of two are never in one run.
    protocol = models.ForeignKey(
        "annotations.Protocol", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of an imported file: its name as uploaded, and where it lies.
    source_name = models.CharField(max_length=255, blank=True)
    source_path = models.CharField(max_length=500, blank=True)
    # Of a file of scored samples that is read beside the judgements.
    samples_path = models.CharField(max_length=500, blank=True)
    specification = models.JSONField()
    data_fingerprint = models.CharField(max_length=80)
    seed = models.BigIntegerField()
    code_version = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0)
    progress_note = models.CharField(max_length=120, blank=True)
    # When its worker last said how far it is, or it was queued again.
    heard_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["study", "data_fingerprint"], name="run_fingerprint")]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def ended(self) -> bool:
        return self.state not in (self.State.QUEUED, self.State.RUNNING)


class RunSchedule(models.Model):
    """A view of a study's judgements that is computed anew while they come in. Runs that it made stay as they are."""

    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="run_schedules")
    specification = models.JSONField()
    every_hours = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"a run of study {self.study_id} every {self.every_hours} h"
