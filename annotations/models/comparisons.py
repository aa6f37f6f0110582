"""Two answers as shown, and how many judgements they still want."""

import uuid

from django.db import models


class Comparison(models.Model):
    """Two sides, each a list of turns, under a common prefix. What was rated is frozen here.

    A turn is `{"role", "text", "thoughts"}`, with `steps` (a list of `{"name", "input", "output"}`) where tools were called.
    `group` is shared by the variants of one pair and `topic` by the
    comparisons of one prompt or of its twin: opaque words to this room, which only keeps them apart for a rater.
    """

    class Purpose(models.TextChoices):
        STUDY = "study", "Of the study"
        GOLD = "gold", "With a known answer"
        IDENTICAL = "identical", "An answer with itself"
        TRAINING = "training", "Of the training round"

    class Writing(models.TextChoices):
        """Whether its answers are still on their way to the rater who wrote the prompt."""

        DONE = "", "Both answers are here"
        LIVE = "live", "Being written"
        FAILED = "failed", "An answer did not come"

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
    writing = models.CharField(max_length=6, choices=Writing, default=Writing.DONE, blank=True)
    # The rater who wrote its prompt: dealt a variant with something planted, never first the one without.
    author = models.ForeignKey(
        "annotations.Rater",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    wanted = models.PositiveSmallIntegerField()
    # Judgements of people that stand plus live leases: raised and lowered by conditional updates only, so that
    # overlap is exact however many raters ask at once.
    taken = models.PositiveSmallIntegerField(default=0)
    # The same of a whole group, on one of its variants alone (its head); 0 on the others. `services.overlap` writes them.
    places = models.PositiveIntegerField(default=0)
    covered = models.PositiveIntegerField(default=0)
    # Where the group stands in its protocol's random order, from 0 to 1: drawn from the seed and the group.
    draw = models.FloatField(default=0)
    # Among groups covered alike, chances are as 1 + priority. Written by a job, where a study's pairing is adaptive.
    priority = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            # What a draw walks along: groups with a place left, without a look at the wide rows.
            models.Index(
                fields=["protocol", "covered", "draw", "group", "topic", "priority", "places", "id"],
                condition=models.Q(covered__lt=models.F("places")),
                name="comparison_open",
            ),
            # The same for raters who take no places.
            models.Index(
                fields=["protocol", "draw"], condition=models.Q(places__gt=0), name="comparison_heads"
            ),
            # The few whose answers are on their way: looked for every few seconds.
            models.Index(
                fields=["created_at"], condition=models.Q(writing="live"), name="comparison_writing"
            ),
            # The few whose prompts a rater wrote, looked for once a judgement.
            models.Index(
                fields=["author", "protocol"],
                condition=models.Q(author__isnull=False),
                name="comparison_authored",
            ),
            # What a group holds, and sums over a protocol, without a look at the wide rows.
            models.Index(
                fields=["protocol", "purpose", "group", "topic", "taken", "wanted"], name="comparison_draw"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("wanted")), name="comparison_overlap_exact"
            ),
            models.CheckConstraint(
                condition=models.Q(covered__lte=models.F("places")), name="comparison_group_overlap_exact"
            ),
            models.CheckConstraint(condition=models.Q(priority__gte=0), name="comparison_priority_positive"),
        ]

    def __str__(self) -> str:
        return f"comparison {str(self.public_id)[:8]}"
