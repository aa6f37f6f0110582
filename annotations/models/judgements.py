"""What a rater answered. Written by `services.judgements` alone, never edited or deleted."""

from django.db import models

from annotations import verdicts


class Judgement(models.Model):
    """One revision of an answer, as a full row. The current one of an assignment is the highest revision.

    `verdict` and `lean` are in the comparison's own sides; `left` says which of them stood on the left.
    """

    assignment = models.ForeignKey(
        "annotations.Assignment", on_delete=models.PROTECT, related_name="judgements"
    )
    protocol = models.ForeignKey(
        "annotations.Protocol", on_delete=models.PROTECT, related_name="judgements", db_index=False
    )
    revision = models.PositiveSmallIntegerField()
    # The page's idempotency key: a repeated request finds the row that its first run wrote.
    key = models.CharField(max_length=64, unique=True)
    verdict = models.CharField(max_length=8, choices=[(v.value, v.value) for v in verdicts.Verdict])
    lean = models.CharField(max_length=1, blank=True, choices=[("a", "a"), ("b", "b")])
    # How much better, where the scale asks: positive favours A; ±1 and ±2 of five points, ±1 to ±4 of eight.
    strength = models.SmallIntegerField(null=True, blank=True)
    # The step that wrote this revision: what comes after it is still to be asked.
    step = models.CharField(max_length=7, default="verdict")
    # By side, "a" and "b": {aspect: 1 to 5}, [flag], [reason], [{"turn", "start", "end", "text"}].
    aspects = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=dict, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
    spans = models.JSONField(default=dict, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)
    # By side, the model that the rater thinks it was, or "" for one not recognised; empty where that was not asked.
    recognised = models.JSONField(default=dict, blank=True)
    # How each side's text was put on the page (`rendering.format_of`).
    format_a = models.CharField(max_length=24, blank=True)
    format_b = models.CharField(max_length=24, blank=True)
    left = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    retracted = models.BooleanField(default=False)
    decided_at = models.DateTimeField()
    first_action_ms = models.PositiveIntegerField(null=True, blank=True)
    seconds_visible = models.FloatField(null=True, blank=True)
    scrolled_a = models.BooleanField(null=True, blank=True)
    scrolled_b = models.BooleanField(null=True, blank=True)
    raw_toggled = models.BooleanField(null=True, blank=True)
    thoughts_opened = models.BooleanField(null=True, blank=True)
    viewport_width = models.PositiveIntegerField(null=True, blank=True)
    colour_scheme = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # The last one of a protocol is asked for with every page of results.
        indexes = [models.Index(fields=["protocol", "id"], name="judgement_order")]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "revision"], name="one_row_a_revision"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=[v.value for v in verdicts.Verdict]),
                name="judgement_verdict_known",
            ),
        ]

    def __str__(self) -> str:
        return f"judgement {self.pk}, revision {self.revision}"
