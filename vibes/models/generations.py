"""Paid answers. The row is the truth; a Celery message is only a wake-up."""

import uuid

from django.db import models


class Generation(models.Model):
    """One answer of one endpoint to one prompt: queued → running (or batched) → done, failed or cancelled.

    A worker claims a row with a token and a lease; claiming and finishing are single conditional updates, so that a
    worker that was thought dead cannot overwrite the answer of the one that took over.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        BATCHED = "batched", "In a batch"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    endpoint = models.ForeignKey("vibes.Endpoint", on_delete=models.PROTECT, related_name="generations")
    # The endpoint's settings, frozen: a later change of the endpoint makes new rows and leaves these true.
    snapshot = models.JSONField()
    snapshot_hash = models.CharField(max_length=64)
    prompt = models.ForeignKey("vibes.Prompt", on_delete=models.PROTECT, related_name="generations")
    sample = models.PositiveSmallIntegerField(default=0)
    # The study that asked for it first, and pays; a later one that takes it over has it for nothing.
    ordered_by = models.ForeignKey(
        "vibes.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="ordered"
    )
    # Higher first: what somebody waits for before what fills a study.
    priority = models.SmallIntegerField(default=0)
    # Where somebody reads it as it is written: the comparison's opaque id and its side.
    channel = models.CharField(max_length=40, blank=True, default="")
    # No study that wants it is running: all are paused, cancelled or at their spending cap.
    held = models.BooleanField(default=False)
    batch = models.ForeignKey(
        "vibes.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="generations"
    )

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    error_kind = models.CharField(max_length=40, blank=True)

    # The last answer. Of a prompt with several open turns the whole conversation stands in `transcript`, from the first
    # open turn on: {"role", "content", "thoughts"}.
    text = models.TextField(blank=True)
    thoughts = models.TextField(blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    served_model = models.CharField(max_length=200, blank=True)
    tokens_in = models.PositiveIntegerField(null=True, blank=True)
    tokens_out = models.PositiveIntegerField(null=True, blank=True)
    tokens_reasoning = models.PositiveIntegerField(null=True, blank=True)
    tokens_cached = models.PositiveIntegerField(null=True, blank=True)
    transcript = models.JSONField(default=list, blank=True)
    # US dollars at the price in force when the answer came; none where no price was set.
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    first_token_seconds = models.FloatField(null=True, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    request_hash = models.CharField(max_length=64, blank=True)
    # What else there is to know of how it came to be: SDK, server, request and response ids, parameters, prices.
    provenance = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot_hash", "prompt", "sample"], name="one_row_a_paid_answer"
            )
        ]
        indexes = [
            # A claim reads the due rows of one endpoint in the order in which they are fetched.
            models.Index(
                fields=["endpoint", "-priority", "id"],
                name="generation_due",
                condition=models.Q(state="queued", held=False, batch=None),
            ),
            models.Index(fields=["state", "endpoint"], name="generation_state"),
            # What a study's page counts every second is read from these alone; the rows are wide.
            models.Index(
                fields=["ordered_by", "endpoint", "state", "held", "cost", "tokens_out"],
                name="generation_tally",
            ),
            models.Index(fields=["state", "prompt", "sample", "endpoint", "id"], name="generation_pairs"),
            models.Index(fields=["finished_at"], name="generation_finished"),
            models.Index(fields=["endpoint"], name="generation_error", condition=~models.Q(error="")),
        ]

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
    # Which of the conversation's open turns it was for.
    turn = models.PositiveSmallIntegerField(default=0)
    # The most that it may have cost in US dollars: counted while it is in flight, and for good where it was lost.
    possible_cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.IN_FLIGHT)
    error_kind = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "number"], name="one_row_an_attempt")]
        indexes = [
            models.Index(
                fields=["outcome", "generation"],
                name="attempt_unanswered",
                condition=~models.Q(outcome="answered"),
            )
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of generation {self.generation_id}"


class RawResponse(models.Model):
    """The vendor's response body to the last call, as JSON compressed by zlib. Leads may read it, raters never."""

    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="raw")
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"raw response of generation {self.generation_id}"


class Batch(models.Model):
    """Generations handed to a vendor's batch API together.

    The row is written before the vendor is called and `vendor_id` before anything is waited for: a batch without one was
    perhaps received, and is looked for by `public_id` before it is sent again.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "Prepared"
        SENT = "sent", "With the vendor"
        CANCELLING = "cancelling", "Being cancelled"
        ENDED = "ended", "Ended"
        FAILED = "failed", "Failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey("vibes.Endpoint", on_delete=models.PROTECT, related_name="batches")
    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="batches")
    snapshot = models.JSONField()
    vendor_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    requests = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"batch {self.pk}"
