"""What is asked."""

from django.conf import settings
from django.db import models


class PromptSet(models.Model):
    """A named list of prompts: the seed, a pasted list or a file. Idempotent by the hash of its content."""

    # The sets of what judges are asked, of what edits are asked for, and of what is asked about edits: no study chooses from them.
    QUESTIONS = "questions to judges"
    EDITS = "requests for edits"
    CLAIMS = "questions about edits"

    name = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64, unique=True)
    seeded = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Prompt(models.Model):
    """One conversation to answer. `turns` are `{"role", "content"}`; the last one is the user's."""

    class Stance(models.TextChoices):
        FOR = "for", "For"
        AGAINST = "against", "Against"
        # The user states nothing.
        NEUTRAL = "neutral", "Neutral"

    prompt_set = models.ForeignKey(PromptSet, on_delete=models.PROTECT, related_name="prompts")
    reference = models.CharField(max_length=120)
    turns = models.JSONField()
    prompt_class = models.CharField(max_length=40, blank=True)
    answer_key = models.CharField(max_length=200, blank=True)
    twin = models.CharField(max_length=120, blank=True)
    # The rater who wrote it, where it is no prompt of the team's.
    author = models.ForeignKey(
        "annotations.Rater", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stance = models.CharField(max_length=7, blank=True, choices=Stance)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["prompt_set", "reference"], name="prompt_reference_unique")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def text(self) -> str:
        """The user's last turn."""
        return str(self.turns[-1]["content"])
