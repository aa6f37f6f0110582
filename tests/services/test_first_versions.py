"""Studies that were there before versions get their version 1, and their runs are of it."""

import importlib

import pytest
from django.apps import apps

from tests.services import desk
from vibes.models import AnalysisRun, ProtocolVersion
from vibes.services import analyses

pytestmark = pytest.mark.django_db


def test_what_was_asked_until_now_is_version_1() -> None:
    study = desk.study(prompt_count=1)
    run = analyses.find_or_create(by=None, study=study, specification=analyses.specified())
    ProtocolVersion.objects.all().delete()
    AnalysisRun.objects.update(protocol=None)
    migration = importlib.import_module("vibes.migrations.0009_first_versions")
    migration.number_the_first(apps, None)
    version = study.versions.get()
    assert (version.number, version.protocol, version.created_by) == (1, study.protocol, study.created_by)
    assert version.created_at == study.created_at
    run.refresh_from_db()
    assert run.protocol == study.protocol
