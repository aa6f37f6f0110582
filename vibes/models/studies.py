"""Studies, and the key that says which side of a comparison is whose."""

from django.conf import settings
from django.db import models


class Study(models.Model):
    """Prompts × endpoints, paired and put before raters under one protocol."""

    class Pairing(models.TextChoices):
        ALL = "all", "All pairs"
        BASELINE = "baseline", "Each against a baseline"
        RING = "ring", "A ring: each meets two others, drawn anew for every prompt"
        ADAPTIVE = "adaptive", "All pairs, those dealt first that tell most"

    class Selection(models.TextChoices):
        EACH = "each", "Each sample is shown: the first against the first, the second against the second"
        MAJORITY = "majority", "The sample with the most common final answer speaks for its endpoint"
        BEST = (
            "best",
            "The first sample with the right final answer, by the prompt's answer key, speaks for it",
        )

    class Delivery(models.TextChoices):
        LIVE = "live", "At once"
        BATCH = "batch", "By the vendors' batch APIs, where they have one: up to a day, about half the price"

    name = models.CharField(max_length=200)
    protocol = models.OneToOneField("annotations.Protocol", on_delete=models.PROTECT, related_name="+")
    pairing = models.CharField(max_length=8, choices=Pairing, default=Pairing.ALL)
    baseline = models.ForeignKey(
        "vibes.Endpoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prompts = models.ManyToManyField("vibes.Prompt", related_name="studies")
    endpoints = models.ManyToManyField("vibes.Endpoint", related_name="studies")
    generations = models.ManyToManyField("vibes.Generation", related_name="studies")
    # Answers a prompt and endpoint, numbered from `first_sample`: a fresh draw begins where earlier ones end.
    samples = models.PositiveSmallIntegerField(default=1)
    first_sample = models.PositiveSmallIntegerField(default=0)
    selection = models.CharField(max_length=8, choices=Selection, default=Selection.EACH)
    delivery = models.CharField(max_length=5, choices=Delivery, default=Delivery.LIVE)
    # US dollars that fetching for this study may cost, calls in flight and lost ones counted; none: no cap.
    budget = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    # What was spent when it was last summed, calls under way counted with the most that they may cost, and the last
    # attempt counted in it: a claim adds what has begun since, in place of all rows (`budget`).
    summed = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True)
    summed_upto = models.BigIntegerField(default=0)
    summed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Judgements wanted of a cued matchup's variants: without the cue, with it on A, with it on B.
    unplanted = models.PositiveSmallIntegerField(default=1)
    planted = models.PositiveSmallIntegerField(default=3)
    seed = models.BigIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.name


class ProtocolVersion(models.Model):
    """What a study's raters were asked, from when on. The study's own protocol is the newest; judgements of two versions
    are never analysed together."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="versions")
    protocol = models.OneToOneField(
        "annotations.Protocol", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    number = models.PositiveSmallIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="one_protocol_a_version")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.study}"


class Matchup(models.Model):
    """Two answers to one prompt."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="matchups")
    prompt = models.ForeignKey("vibes.Prompt", on_delete=models.PROTECT, related_name="+")
    generation_a = models.ForeignKey("vibes.Generation", on_delete=models.PROTECT, related_name="+")
    generation_b = models.ForeignKey("vibes.Generation", on_delete=models.PROTECT, related_name="+")
    # What is planted in its variants. An answer with itself and a cue is an answer against its own edit.
    cue = models.ForeignKey(
        "vibes.StudyCue", null=True, blank=True, on_delete=models.PROTECT, related_name="matchups"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "generation_a", "generation_b"],
                condition=models.Q(cue=None) | ~models.Q(generation_a=models.F("generation_b")),
                name="one_matchup_a_pair",
            ),
            models.UniqueConstraint(fields=["cue", "generation_a", "generation_b"], name="one_matchup_a_cue"),
        ]

    def __str__(self) -> str:
        return f"matchup {self.pk}"


class Arm(models.Model):
    """The key: the variant of a matchup that a comparison shows."""

    class CueOn(models.TextChoices):
        NEITHER = "", "Neither"
        A = "a", "A"
        B = "b", "B"

    matchup = models.ForeignKey(Matchup, on_delete=models.PROTECT, related_name="arms")
    comparison = models.OneToOneField("annotations.Comparison", on_delete=models.PROTECT, related_name="+")
    # The side that carries the matchup's cue, and what that side shows in place of the answer.
    cue_on = models.CharField(max_length=1, choices=CueOn, default=CueOn.NEITHER, blank=True)
    edit = models.ForeignKey("vibes.Edit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cue_on="", edit=None)
                | models.Q(cue_on__in=("a", "b"), edit__isnull=False),
                name="arm_cue_with_its_edit",
            )
        ]

    def __str__(self) -> str:
        return f"arm {self.pk}"
