"""Who signs in (User) and who judges (Rater)."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A member of the team. Raters need no account: a rating link and a resume code are enough."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        LEAD = "lead", "Lead"

    role = models.CharField(max_length=8, choices=Role, default=Role.LEAD)


class Rater(models.Model):
    """Whoever judges: a person, a machine (a judge model) or a simulated rater. One table, one frame."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        MACHINE = "machine", "Machine"
        SIMULATED = "simulated", "Simulated"

    class Standing(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused: gets no further comparison"
        EXCLUDED = "excluded", "Excluded: judgements do not count"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.PERSON)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.ACTIVE)
    standing_reason = models.CharField(max_length=300, blank=True)
    invitation = models.ForeignKey(
        "annotations.Invitation", null=True, blank=True, on_delete=models.PROTECT, related_name="raters"
    )
    # The name that a recruiting service gave this person, where the link asks for it: one person, one rater.
    outside_id = models.CharField(max_length=100, blank=True)
    # What the resume code hashes to: the code itself is derived from the secret key and never stored.
    resume_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # A simulated rater's planted biases, as the simulation stated them. Empty for people.
    planted = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "outside_id"],
                condition=~models.Q(outside_id=""),
                name="one_rater_an_outside_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.public_id)[:8]}"
