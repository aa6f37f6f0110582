"""Two answers as shown, and how many judgements they still want."""

import uuid

from django.db import models


class Comparison(models.Model):
    """Two sides, each a list of turns, under a common prefix. What was rated is frozen here.

    A turn is `{"role", "text", "thoughts"}`. `group` is shared by the variants of one pair and `topic` by the
    comparisons of one prompt or of its twin: opaque words to this room, which only keeps them apart for a rater.
    """

    class Purpose(models.TextChoices):
        STUDY = "study", "Of the study"
        GOLD = "gold", "With a known answer"
        IDENTICAL = "identical", "An answer with itself"
        TRAINING = "training", "Of the training round"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.PROTECT, related_name="comparisons")
    group = models.CharField(max_length=64)
    topic = models.CharField(max_length=64)
    cell = models.PositiveSmallIntegerField(default=0)
    caption = models.CharField(max_length=80, blank=True)
    prefix = models.JSONField(default=list)
    side_a = models.JSONField()
    side_b = models.JSONField()
    purpose = models.CharField(max_length=9, choices=Purpose, default=Purpose.STUDY)
    # The known answer of a gold or a training comparison, and what a rater in training is told of it: neither reaches a
    # browser before the answer, and a gold's never does.
    expected = models.CharField(max_length=8, blank=True)
    explanation = models.TextField(blank=True)
    wanted = models.PositiveSmallIntegerField()
    # Judgements of people that stand plus live leases: raised and lowered by conditional updates only, so that
    # overlap is exact however many raters ask at once.
    taken = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["protocol", "taken"], name="comparison_coverage"),
            # What a draw groups by and counts, without a look at the wide rows.
            models.Index(
                fields=["protocol", "purpose", "group", "topic", "taken", "wanted"], name="comparison_draw"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("wanted")), name="comparison_overlap_exact"
            )
        ]

    def __str__(self) -> str:
        return f"comparison {str(self.public_id)[:8]}"
