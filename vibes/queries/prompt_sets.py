"""Which stored sets of prompts a study may choose from."""

from collections.abc import Sequence

from django.db.models import QuerySet

from vibes.models import Arm, Prompt, PromptSet

# The set that holds what judges of probes are asked; the rest of the name is the version of their template.
JUDGING = "probe judging"


def offered() -> QuerySet[PromptSet]:
    """Not what raters wrote themselves, and not what judges and editors are asked. The product's own first."""
    found = PromptSet.objects.exclude(prompts__author__isnull=False)
    found = found.exclude(content_hash__in=(PromptSet.QUESTIONS, PromptSet.EDITS, PromptSet.CLAIMS))
    return found.exclude(content_hash__startswith=JUDGING).order_by("-seeded", "-pk")


def of_comparisons(comparisons: Sequence[int]) -> list[Prompt]:
    """What these asked, each prompt once, in their order."""
    arms = Arm.objects.filter(comparison__in=comparisons).select_related("matchup__prompt")
    asked = {arm.comparison_id: arm.matchup.prompt for arm in arms}
    return list(dict.fromkeys(asked[pk] for pk in comparisons if pk in asked))
