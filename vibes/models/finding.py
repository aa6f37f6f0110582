"""Comparisons as they can be looked for: their words and facts beside them, so that a page adds up nothing."""

from django.db import models


class FindableStudy(models.Model):
    """How far the comparisons of a study can be looked for: under which protocol, and what was seen last."""

    study = models.OneToOneField(
        "vibes.Study", on_delete=models.CASCADE, related_name="findable", primary_key=True
    )
    protocol = models.ForeignKey("annotations.Protocol", on_delete=models.CASCADE, related_name="+")
    comparisons = models.PositiveIntegerField(default=0)
    # The last ids that were read. What a slower transaction wrote just below them is read again (`services.findable`).
    comparisons_upto = models.BigIntegerField(default=0)
    judgements_upto = models.BigIntegerField(default=0)
    # Whose judgements do not count, by id.
    excluded = models.JSONField(default=list, blank=True)
    # Whether all comparisons were counted since the last one came.
    settled = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"findable comparisons of study {self.study_id}"


class FindableComparison(models.Model):
    """One comparison of a study's newest version. Everything here can be made again from the rows that it tells of.

    `words` are those of the prompt and both answers as `queries.finding_words` splits them; PostgreSQL keeps a column
    `document` beside it that Django does not know of, and an index over it and over `facts`.
    """

    comparison = models.OneToOneField(
        "annotations.Comparison", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    study = models.ForeignKey("vibes.Study", on_delete=models.CASCADE, related_name="+", db_index=False)
    words = models.TextField(blank=True)
    # What can be chosen by, as words of the form "5/person.said~a" between blanks (`queries.finding_facts`).
    facts = models.TextField(blank=True)
    # By kind of rater, how often each verdict stands.
    votes = models.JSONField(default=dict, blank=True)
    # The side that has more words, and the one that has more headings, list items and bold; empty where neither has.
    longer = models.CharField(max_length=1, blank=True)
    formatted = models.CharField(max_length=1, blank=True)

    class Meta:
        indexes = [models.Index(fields=["study", "comparison"], name="findable_order")]

    def __str__(self) -> str:
        return f"findable comparison {self.comparison_id}"
