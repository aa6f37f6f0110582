"""What the terminal shows."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from annotations.models import Invitation
from annotations.services import invitations
from tests.services import desk
from vibes.demo import links
from vibes.providers.discovery import FoundServer
from vibes.services.seeding import Seeded

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def seeded(db: None) -> Seeded:
    return Seeded(desk.lead(), desk.study(), new=True)


def rater_link(seeded: Seeded) -> str:
    text = links.ready(seeded, ADDRESS, Path("/somewhere"))
    return text.partition("Rater  ")[2].split()[0]


def test_both_links_work(seeded: Seeded, client):
    text = links.ready(seeded, ADDRESS, Path("/somewhere"))
    lead = text.partition("Lead   ")[2].split()[0]
    assert client.get(lead.removeprefix(ADDRESS)).status_code == 200
    assert client.get(rater_link(seeded).removeprefix(ADDRESS)).status_code == 200
    assert "/somewhere" in text


def test_the_newest_link_that_opens_is_shown(seeded: Seeded):
    newest = invitations.create(by=seeded.lead, protocol=seeded.study.protocol)
    assert rater_link(seeded).endswith(f"/r/{newest.token}/")
    invitations.withdraw(by=seeded.lead, invitation=newest)
    assert not rater_link(seeded).endswith(f"/r/{newest.token}/")


def test_links_that_have_run_out_are_replaced(seeded: Seeded):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    first = rater_link(seeded)
    assert Invitation.objects.count() == 2
    assert rater_link(seeded) == first


def test_the_second_start_says_where_the_first_is(seeded: Seeded):
    assert "already running here: http://127.0.0.1:8000 (process 42)" in links.already(seeded, ADDRESS, 42)


def test_found_servers_but_not_our_own():
    found = [
        FoundServer("ollama", "http://127.0.0.1:11434/v1", ("llama3", "qwen3")),
        FoundServer("vllm", "http://127.0.0.1:8000/v1", tuple(f"m{n}" for n in range(6))),
        FoundServer("scripted", "http://127.0.0.1:8080/v1", ("scripted-plain",)),
        FoundServer("llama.cpp", "http://127.0.0.1:8081/v1", ("gemma",)),
    ]
    assert links.found_lines(found, ["http://127.0.0.1:8081/v1"]) == [
        "  found: Ollama at http://127.0.0.1:11434/v1 with llama3, qwen3: add it on the Endpoints page",
        "  found: vLLM at http://127.0.0.1:8000/v1 with m0, m1, m2, m3 and 2 more: add it on the Endpoints page",
    ]
