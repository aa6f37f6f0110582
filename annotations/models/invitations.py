"""Rating links."""

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A rating link: for one person (`places` 1) or for many, until it expires or is withdrawn."""

    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.PROTECT, related_name="invitations")
    token = models.CharField(max_length=43, unique=True)
    places = models.PositiveIntegerField(default=200)
    taken = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="invitation_places_kept"
            )
        ]

    def __str__(self) -> str:
        return f"link to {self.protocol}"
