"""What a rater has been shown the names of."""

from django.db.models import QuerySet

from annotations.models import Assignment, Rater


def topics(rater: Rater | int) -> QuerySet[Assignment, str]:
    """Topics of the comparisons whose names this rater has seen: whose answers they are is known to them from then on, in
    every other comparison of the same prompt too, under whatever protocol."""
    shown = Assignment.objects.filter(rater=rater, session__revealed_at__isnull=False)
    return shown.filter(state=Assignment.State.JUDGED).values_list("comparison__topic", flat=True)
