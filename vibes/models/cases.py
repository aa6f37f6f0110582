"""Case lists: named, ordered lists of comparisons to look at."""

from django.conf import settings
from django.db import models


class CaseList(models.Model):
    """Comparisons that somebody on the team wants to talk about."""

    name = models.CharField(max_length=120, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """A comparison at its place on a list."""

    case_list = models.ForeignKey(CaseList, on_delete=models.CASCADE, related_name="cases")
    comparison = models.ForeignKey("annotations.Comparison", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_list", "comparison"], name="one_case_a_comparison")
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"
