"""Probes: twin prompts put to endpoints, and the signed scores of their answers."""

from django.conf import settings
from django.db import models


class SeedSet(models.Model):
    """Seed statements that a team wrote itself. `entries` are their fields as they were read, and do not change: a run reads
    its answers by them. One without a place on the form any more is archived."""

    name = models.CharField(max_length=100)
    entries = models.JSONField()
    content_hash = models.CharField(max_length=64, unique=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class ProbeRun(models.Model):
    """Families of probes × endpoints: asked, then scored once and frozen. No rater sees any of it.

    Its generations belong to no study: nobody's spending cap counts them. Those of its own `prompt_set` are the answers;
    the others are a judge's, who says what an answer says where strings do not tell. `bank` is the fingerprint of its prompts and of
    how they are read; a run whose bank is not the code's any more cannot be scored.
    """

    class State(models.TextChoices):
        ASKING = "asking", "Being answered"
        JUDGING = "judging", "Being read by the judge"
        SCORED = "scored", "Scored"
        FAILED = "failed", "Failed"

    families = models.JSONField()
    # None: the bank that comes with Vibes.
    statements = models.ForeignKey(
        SeedSet, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    prompt_set = models.ForeignKey("vibes.PromptSet", on_delete=models.PROTECT, related_name="+")
    endpoints = models.ManyToManyField("vibes.Endpoint", related_name="probe_runs")
    generations = models.ManyToManyField("vibes.Generation", related_name="probe_runs")
    bank = models.CharField(max_length=64)
    judge = models.ForeignKey(
        "vibes.Endpoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=7, choices=State, default=State.ASKING)
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

    @property
    def ended(self) -> bool:
        return self.state in (self.State.SCORED, self.State.FAILED)
