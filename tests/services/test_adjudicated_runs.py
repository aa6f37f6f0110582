"""An adjudicated judgement is exported under its purpose, and bends no figure: its comparison was chosen for its disagreement."""

import pytest

from annotations.models import Assignment, Comparison
from annotations.services import adjudications, dealing
from tests.services import desk
from tests.views import rated
from vibes.datasets.preference_rows import dpo_rows
from vibes.models import Study
from vibes.queries import unblinded
from vibes.services import analyses
from vibes.stats.frames import JudgementFrame, parse_condition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = ("person",)


def report(study: Study) -> dict[str, object]:
    run = analyses.find_or_create(
        by=desk.lead(), study=study, specification=analyses.specified(rater_kinds=PEOPLE)
    )
    return dict(analyses.compute(run_id=run.pk).result)


def adjudicated(study: Study, count: int) -> None:
    session = rated.person(study)
    chosen = list(Comparison.objects.filter(protocol=study.protocol).order_by("pk")[:count])
    adjudications.assign(by=desk.lead(), comparisons=chosen, rater=session.rater)
    for _ in chosen:
        assignment = dealing.deal_next(session=session)
        assert assignment and assignment.purpose == Assignment.Purpose.ADJUDICATION
        rated.judge(assignment, "b")


def test_a_fit_with_adjudications_is_the_fit_without() -> None:
    study = rated.study(people=4, each=14)
    before = report(study)
    adjudicated(study, 8)
    after = report(study)
    assert after["left_out"] == {"adjudication": 8} != before["left_out"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"left_out", "data_fingerprint"}


def test_it_is_exported_by_its_purpose_and_trains_nothing() -> None:
    study = rated.study(people=2, each=6)
    pairs = len(list(dpo_rows(list(unblinded.rows(study, kinds=PEOPLE)))))
    adjudicated(study, 3)
    rows = list(unblinded.rows(study, kinds=PEOPLE))
    assert [row["purpose"] for row in rows].count("adjudication") == 3
    assert len(list(dpo_rows(rows))) == pairs
    frame = JudgementFrame.from_columns({name: [row[name] for row in rows] for name in rows[0]})
    # Who asks for them by name gets them.
    assert len(frame.where([parse_condition("purpose=adjudication")])) == 3
