"""What raters are asked, and how: immutable once made."""

import uuid

from django.db import models


class Protocol(models.Model):
    """A rubric, its instructions and the dealing rules. A change makes a new row; judgements hold theirs."""

    class Lean(models.TextChoices):
        NEVER = "never", "Never"
        TIE = "tie", "After a tie"
        UNDECIDED = "undecided", "After a tie and after both bad"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_hash = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=200)
    instructions = models.TextField()
    consent = models.TextField()
    lean = models.CharField(max_length=9, choices=Lean, default=Lean.TIE)
    both_bad_allowed = models.BooleanField(default=True)
    overlap = models.PositiveSmallIntegerField(default=3)
    session_length = models.PositiveSmallIntegerField(default=30)
    seed = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title
