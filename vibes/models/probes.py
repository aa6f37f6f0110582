"""Probes: twin prompts put to endpoints, and the signed scores of their answers."""

from django.conf import settings
from django.db import models


class ProbeRun(models.Model):
    """Families of probes × endpoints: asked, then scored once and frozen. No rater sees any of it.

    Its generations belong to no study: nobody's spending cap counts them. `bank` is the fingerprint of its prompts and of
    how they are read; a run whose bank is not the code's any more cannot be scored.
    """

    class State(models.TextChoices):
        ASKING = "asking", "Being answered"
        SCORED = "scored", "Scored"
        FAILED = "failed", "Failed"

    families = models.JSONField()
    prompt_set = models.ForeignKey("vibes.PromptSet", on_delete=models.PROTECT, related_name="+")
    endpoints = models.ManyToManyField("vibes.Endpoint", related_name="probe_runs")
    generations = models.ManyToManyField("vibes.Generation", related_name="probe_runs")
    bank = models.CharField(max_length=64)
    state = models.CharField(max_length=6, choices=State, default=State.ASKING)
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    code_version = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"probe run {self.pk}"
