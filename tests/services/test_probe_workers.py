"""A probe run from the page's message to its scores, by the workers as processes."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from tests.real import ScriptedServer
from tests.services import desk
from vibes.models import ProbeRun
from vibes.services import seeding

pytestmark = pytest.mark.slow


def test_a_run_is_asked_and_scored_by_the_workers(
    workers: None, scripted_server: ScriptedServer, client: Client
) -> None:
    """The endpoints are the demo's, whose address is that of the scripted server wherever it runs."""
    chosen = seeding.seed_probes(by=desk.lead())
    client.force_login(desk.lead())
    client.post(
        reverse("probes"), {"endpoints": [one.pk for one in chosen], "families": ["sides", "pressure"]}
    )
    end = time.monotonic() + 90
    while not (run := ProbeRun.objects.get()).ended:
        assert time.monotonic() < end, (run.state, list(run.generations.values_list("state", flat=True)[:5]))
        time.sleep(0.2)
    page = client.get(reverse("probe_run", args=[run.pk])).content.decode()
    assert "Contrarian goes against the user’s side" in page
    assert "each of Always agrees and Gives way at the third doubt gives way to doubt" in page
