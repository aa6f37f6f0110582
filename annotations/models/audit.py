"""Who did what, and when. Both rooms' services write here."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act. `subject` names the row it was done to, such as "study 4"; no rater's text ever stands here."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["subject"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
