"""What fetching for a study is doing now: the database's counts, with what Redis knows of limits and spending."""

from vibes.models import Study
from vibes.queries import fetching, fetching_page
from vibes.services.generations import budget, limits


def watch(study: Study) -> fetching_page.FetchingPage:
    """The study's progress in words; changes nothing."""
    progress = fetching.progress(study)
    stopped = study.budget is None or not progress.counts.held
    return fetching_page.page(
        study,
        progress,
        limits=limits.states([row.pk for row in progress.endpoints]),
        spending=budget.spent(study),
        capped=not stopped and budget.reached(study),
    )
