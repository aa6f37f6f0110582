"""Comparisons given to one rater by name."""

from django.conf import settings
from django.db import models


class Adjudication(models.Model):
    """A comparison on which raters disagree, for a further rater, who is not told that it is one."""

    comparison = models.ForeignKey(
        "annotations.Comparison", on_delete=models.PROTECT, related_name="adjudications"
    )
    rater = models.ForeignKey("annotations.Rater", on_delete=models.PROTECT, related_name="adjudications")
    assignment = models.OneToOneField(
        "annotations.Assignment", null=True, blank=True, on_delete=models.PROTECT, related_name="adjudication"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "rater"], name="one_adjudication_a_rater")
        ]

    def __str__(self) -> str:
        return f"adjudication {self.pk}"
