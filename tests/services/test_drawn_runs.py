"""A run's figures are drawn by the worker that computed it: the first who opens it does not wait for them."""

import pytest

from tests.services import desk
from vibes import tasks
from vibes.charts import card
from vibes.models import AnalysisRun
from vibes.queries import drawn
from vibes.services import analyses


@pytest.mark.django_db
def test_the_figures_are_there_when_the_run_is_ready() -> None:
    study = desk.answered()
    desk.simulate(study, size=3, each=6)
    simulated = analyses.specified(rater_kinds=["simulated"])
    run = analyses.find_or_create(by=desk.lead(), study=study, specification=simulated)
    tasks.run_analysis(run.pk)

    run = AnalysisRun.objects.get(pk=run.pk)
    names = card.drawn(run.result)
    assert run.state == "done" and names
    # Nothing is left of which a figure could be drawn.
    run.result = {}
    assert [drawn.one(run, name).name for name in names] == names
