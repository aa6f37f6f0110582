"""What people decide about a release, whatever the numbers say."""

from django.conf import settings
from django.db import models


class Decision(models.Model):
    """A veto: a named person keeps a candidate from being released, and says why. It stands until somebody withdraws it, by
    name and with a reason as well; neither is ever deleted."""

    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="decisions")
    candidate = models.ForeignKey("vibes.Endpoint", on_delete=models.PROTECT, related_name="+")
    # The numbers that lay before whoever decided.
    run = models.ForeignKey(
        "vibes.AnalysisRun", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    reason = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"veto {self.pk}"
