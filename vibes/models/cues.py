"""Randomised cues: which edits a study makes, and each edited answer with what a second reader found and a lead decided."""

from django.conf import settings
from django.db import models


class StudyCue(models.Model):
    """A cue that a study plants: the edit that makes it, in what design, in what share of the matchups."""

    class Design(models.TextChoices):
        VARIANTS = "variants", "Beside the other answer: without the cue, with it on A, with it on B"
        PAIR = "pair", "An answer against its own edit"

    study = models.ForeignKey("vibes.Study", on_delete=models.PROTECT, related_name="cues")
    # Of the edit in `vibes.edits.registry`, as it was when the study was made.
    name = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    design = models.CharField(max_length=8, choices=Design, default=Design.VARIANTS)
    # Of the matchups, or of the answers: so many carry it.
    share = models.FloatField()
    # Who edits, where no rule does, and the errand by which it is asked.
    endpoint = models.ForeignKey(
        "vibes.Endpoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    errand = models.OneToOneField(
        "vibes.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="edits_for"
    )
    # Who reads once more what the rule found nothing wrong with, and the errand by which it is asked.
    reader = models.ForeignKey(
        "vibes.Endpoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reader_errand = models.OneToOneField(
        "vibes.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="claims_for"
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["study", "name", "design"], name="one_cue_a_design"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=1), name="cue_share"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in study {self.study_id}"

    @property
    def label(self) -> str:
        """The name in judgements and reports. A pair's effect is another one than a variant's, so it has another name."""
        return self.name if self.design == self.Design.VARIANTS else f"{self.name}_pair"


class Edit(models.Model):
    """An answer with one thing changed. Rows stay: what is redone has a further row with the next number."""

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        PROPOSED = "proposed", "To be read"
        APPROVED = "approved", "Approved"
        DROPPED = "dropped", "Dropped"
        REDONE = "redone", "Redone"
        IMPOSSIBLE = "impossible", "Not possible"

    cue = models.ForeignKey(StudyCue, on_delete=models.PROTECT, related_name="edits")
    generation = models.ForeignKey("vibes.Generation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    seed = models.BigIntegerField()
    # The endpoint's reply, where no rule made it.
    made_by = models.ForeignKey(
        "vibes.Generation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State)
    text = models.TextField(blank=True)
    # What was done, or why it is not possible, in a sentence.
    note = models.CharField(max_length=500, blank=True)
    # Length of the edited answer over that of the original, in words.
    ratio = models.FloatField(null=True, blank=True)
    # What the check found wrong, as sentences: an edit with one of them is never approved.
    problems = models.JSONField(default=list, blank=True)
    # Where it stands among the cue's edits in a random order: the first ones are a sample of all.
    draw = models.FloatField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # Whether it was approved without being read, on the strength of a sample.
    in_bulk = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cue", "generation", "number"], name="one_edit_a_number"),
            models.UniqueConstraint(
                fields=["cue", "generation"],
                condition=~models.Q(state="redone"),
                name="one_standing_edit",
            ),
        ]
        indexes = [models.Index(fields=["cue", "state", "draw"], name="edit_order")]

    def __str__(self) -> str:
        return f"edit {self.pk}"


class ClaimsReading(models.Model):
    """Whether an edit claims what its answer does, as an endpoint says: advice to the lead. What it finds is
    never overwritten; where it found nothing that could be read, it may be asked once more."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "Not answered yet"
        SAME = "same", "The same claims"
        CHANGED = "changed", "A claim changed"
        UNREADABLE = "unreadable", "Could not be read"
        FAILED = "failed", "No answer"

    edit = models.OneToOneField(Edit, on_delete=models.PROTECT, related_name="reading")
    reply = models.ForeignKey("vibes.Generation", on_delete=models.PROTECT, related_name="+")
    # Of the template that asked, and the mark by which the reply is read.
    version = models.CharField(max_length=20)
    mark = models.CharField(max_length=10)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.WAITING)
    # Which claim is changed, in the reader's words; or why there is no verdict.
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["verdict"], name="claims_verdict")]

    def __str__(self) -> str:
        return f"reading of edit {self.edit_id}"
