"""Whether a run is of today is read from a few rows: every judgement, revision, retraction and exclusion tells."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, Judgement
from annotations.services import judgements, standing
from tests.services import desk
from tests.views import rated
from vibes.models import Study
from vibes.queries import unblinded

pytestmark = pytest.mark.django_db


def test_every_row_and_every_exclusion_tells() -> None:
    study = rated.study(people=2, each=3)
    seen = [unblinded.fingerprint(study)]
    rater = rated.judged_by(study, 1, verdicts="a")
    seen.append(unblinded.fingerprint(study))
    rated.judged_by(study, 1, verdicts="t")
    seen.append(unblinded.fingerprint(study))
    assignment = Assignment.objects.get(rater=rater, state="judged")
    judgements.retract(assignment=assignment, rater=rater, key="back")
    seen.append(unblinded.fingerprint(study))
    standing.exclude(by=desk.lead(), rater=rater, reason="Clicks only.")
    seen.append(unblinded.fingerprint(study))
    assert len(set(seen)) == len(seen)
    standing.readmit(by=desk.lead(), rater=rater, reason="A mistake.")
    assert unblinded.fingerprint(study) == seen[3]


def test_one_that_is_seen_after_a_higher_one_tells() -> None:
    study = rated.study(people=1, each=3)
    highest = Judgement.objects.latest("pk")
    Judgement.objects.filter(pk=highest.pk).update(id=highest.pk + 5)
    before = unblinded.fingerprint(study)
    highest.pk, highest.key, highest.revision = highest.pk + 1, "late", 9
    highest.save(force_insert=True)
    assert unblinded.fingerprint(study) != before


def test_another_study_moves_nothing() -> None:
    study = rated.study(people=1, each=2)
    before = unblinded.fingerprint(study)
    other = Study.objects.create(name="Other", protocol=_another(study), seed=1, created_by=study.created_by)
    assert unblinded.fingerprint(other) == "judgements:to:0:0"
    assert unblinded.fingerprint(study) == before


def _another(study: Study) -> object:
    protocol = study.protocol
    found = type(protocol).objects.get(pk=protocol.pk)
    found.pk, found.public_id = None, "00000000-0000-0000-0000-000000000001"
    found.save(force_insert=True)
    return found


@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_three_statements(people: int) -> None:
    study = rated.study(people=people, each=3)
    with CaptureQueriesContext(connection) as taken:
        unblinded.fingerprint(study)
    assert len(taken) == 3
