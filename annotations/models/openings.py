"""Whether raters are given comparisons now."""

from django.db import models


class Opening(models.Model):
    """The state of a protocol's rating. Beside the protocol, which never changes; one without a row is open."""

    class State(models.TextChoices):
        NOT_YET = "notyet", "Not opened yet"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    protocol = models.OneToOneField(
        "annotations.Protocol", on_delete=models.PROTECT, related_name="opening", primary_key=True
    )
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.protocol}: {self.state}"
