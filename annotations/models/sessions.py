"""A sitting of one rater."""

from django.db import models


class RatingSession(models.Model):
    """One sitting: `length` comparisons, ended by the last of them or by the rater."""

    rater = models.ForeignKey("annotations.Rater", on_delete=models.PROTECT, related_name="sessions")
    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.PROTECT, related_name="sessions")
    length = models.PositiveSmallIntegerField()
    # Whether this is the round with feedback before the first ordinary session.
    training = models.BooleanField(default=False)
    seed = models.BigIntegerField()
    consented_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # When the rater was shown who wrote what: its votes are closed from then on.
    revealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rater", "protocol"], condition=models.Q(ended_at=None), name="one_open_session"
            )
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"
