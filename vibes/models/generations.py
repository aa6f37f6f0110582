"""Paid answers. The row is the truth; a Celery message is only a wake-up."""

from django.db import models


class Generation(models.Model):
    """One answer of one endpoint to one prompt: queued → running → done or failed.

    A worker claims a row with a token and a lease; claiming and finishing are single conditional updates, so that a
    worker that was thought dead cannot overwrite the answer of the one that took over.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    endpoint = models.ForeignKey("vibes.Endpoint", on_delete=models.PROTECT, related_name="generations")
    # The endpoint's settings, frozen: a later change of the endpoint makes new rows and leaves these true.
    snapshot = models.JSONField()
    snapshot_hash = models.CharField(max_length=64)
    prompt = models.ForeignKey("vibes.Prompt", on_delete=models.PROTECT, related_name="generations")
    sample = models.PositiveSmallIntegerField(default=0)

    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    text = models.TextField(blank=True)
    thoughts = models.TextField(blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    served_model = models.CharField(max_length=200, blank=True)
    tokens_in = models.PositiveIntegerField(null=True, blank=True)
    tokens_out = models.PositiveIntegerField(null=True, blank=True)
    tokens_reasoning = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot_hash", "prompt", "sample"], name="one_row_a_paid_answer"
            )
        ]
        indexes = [models.Index(fields=["state", "endpoint"], name="generation_queue")]

    def __str__(self) -> str:
        return f"generation {self.pk}"


class Attempt(models.Model):
    """One call, written before it is made: what was in flight at a hard kill may have been billed."""

    class Outcome(models.TextChoices):
        IN_FLIGHT = "in flight", "In flight"
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "Failed"
        LOST = "lost", "Lost with its worker"

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.IN_FLIGHT)
    error_kind = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "number"], name="one_row_an_attempt")]

    def __str__(self) -> str:
        return f"attempt {self.number} of generation {self.generation_id}"
