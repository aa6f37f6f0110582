"""One comparison in front of one rater."""

import uuid

from django.db import models


class Assignment(models.Model):
    """A comparison dealt to a rater, with the side order that was drawn for it."""

    class State(models.TextChoices):
        # Lies in the page of the comparison before it, and takes no answer until it is dealt.
        AHEAD = "ahead", "Dealt ahead"
        DEALT = "dealt", "Dealt"
        JUDGED = "judged", "Judged"
        SKIPPED = "skipped", "Skipped"
        BROKEN = "broken", "Reported broken"
        EXPIRED = "expired", "Lease expired"

    class Purpose(models.TextChoices):
        STUDY = "study", "Of the study"
        GOLD = "gold", "With a known answer"
        IDENTICAL = "identical", "An answer with itself"
        REPEAT = "repeat", "A repeat with swapped sides"
        TRAINING = "training", "Of the training round"
        ADJUDICATION = "adjudication", "Given to this rater by name"

    # The strategy of what a rater has asked for with a prompt of their own.
    OWN_PROMPT = "own prompt"
    # The same, of what was answered before it is dealt.
    OWN_LATER = "own prompt, later"

    class Side(models.TextChoices):
        A = "a", "A"
        B = "b", "B"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comparison = models.ForeignKey(
        "annotations.Comparison", on_delete=models.PROTECT, related_name="assignments"
    )
    rater = models.ForeignKey("annotations.Rater", on_delete=models.PROTECT, related_name="assignments")
    session = models.ForeignKey(
        "annotations.RatingSession", on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(max_length=8, choices=State, default=State.DEALT)
    left = models.CharField(max_length=1, choices=Side)
    place = models.PositiveIntegerField()
    # As the comparison's, or a repeat: the rater's second look at it, sides swapped.
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.STUDY)
    strategy = models.CharField(max_length=24)
    probability = models.FloatField()
    # Whether this assignment holds one of its comparison's places (`Comparison.taken`).
    holds_place = models.BooleanField(default=True)
    # A machine takes a comparison twice, once per side order; a person once, and once more where it is a repeat.
    take = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField()
    dealt_at = models.DateTimeField(auto_now_add=True)
    served_at = models.DateTimeField(null=True, blank=True)
    # Not stored: whether the row was made this moment, so that nothing can have been answered.
    is_new = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "rater", "take"], name="one_assignment_a_rater"),
            models.UniqueConstraint(fields=["session", "place"], name="one_assignment_a_place"),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="assignment_leases")]

    def __str__(self) -> str:
        return f"assignment {str(self.public_id)[:8]}"
