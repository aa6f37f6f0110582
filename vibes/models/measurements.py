"""What texts were measured at."""

from django.db import models


class Measurement(models.Model):
    """A named number of one text, by one method in one version. Never overwritten: another version is another row."""

    class Method(models.TextChoices):
        LEXICON = "lexicon", "Lexicon"
        JUDGE = "judge", "Judge"

    # Of what was read: the text, and for a judge the conversation before it. The same is measured once, whoever said it.
    text_hash = models.CharField(max_length=64)
    # The answer that it was first measured in.
    generation = models.ForeignKey(
        "vibes.Generation", null=True, blank=True, on_delete=models.PROTECT, related_name="measurements"
    )
    name = models.CharField(max_length=20)
    method = models.CharField(max_length=7, choices=Method)
    version = models.CharField(max_length=80)
    judge = models.ForeignKey(
        "vibes.Judge", null=True, blank=True, on_delete=models.PROTECT, related_name="measurements"
    )
    value = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text_hash", "name", "method", "version", "judge"],
                name="one_measurement_a_judge",
                condition=models.Q(judge__isnull=False),
            ),
            # Without a judge the column is empty, and empty ones are never equal to a database.
            models.UniqueConstraint(
                fields=["text_hash", "name", "method", "version"],
                name="one_measurement_a_lexicon",
                condition=models.Q(judge=None),
            ),
            models.CheckConstraint(
                condition=models.Q(method="lexicon", judge=None)
                | models.Q(method="judge", judge__isnull=False),
                name="measurement_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of text {self.text_hash[:8]}"
