"""Rating links."""

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """A rating link: for one person (`places` 1), for many, or for one person an outside id, until it expires or is
    withdrawn."""

    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.PROTECT, related_name="invitations")
    token = models.CharField(max_length=43, unique=True)
    # The name of the address's parameter with the person's id at a recruiting service, such as "pid"; empty: none is asked.
    outside_parameter = models.CharField(max_length=40, blank=True)
    # Where a person is sent once a session is done.
    completion_url = models.URLField(max_length=500, blank=True)
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
