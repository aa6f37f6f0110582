"""Simulated raters, for trying a study out before people do."""

from django.conf import settings
from django.db import models


class SimulatedCrowd(models.Model):
    """A batch of simulated raters with stated planted biases. Its judgements are watermarked wherever they show."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="crowds")
    raters = models.PositiveSmallIntegerField()
    judgements_each = models.PositiveSmallIntegerField()
    planted = models.JSONField()
    seed = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.raters} simulated raters"
