"""The test call and what servers tell of themselves, against real servers on loopback."""

import time
from collections.abc import Callable

import pytest

from annotations.models import AuditEntry
from tests.real import ScriptedServer
from tests.services import desk
from vibes.models import Endpoint, Generation, Prompt
from vibes.services import endpoints
from vibes.services.generations import discovery, trial
from vibes.services.generations.trial import Trial

pytestmark = pytest.mark.django_db


def asked(endpoint: Endpoint) -> Trial:
    return trial.call(by=desk.lead(), endpoint=endpoint)


@pytest.mark.slow
def test_a_test_call_tells_time_tokens_words_and_cost(scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url, price_in=1, price_out=10)
    told = asked(endpoint)
    assert told.problem == ""
    assert told.words.startswith("I am a scripted character") or told.words
    assert told.served_model == "scripted-plain"
    assert told.tokens_in > 0
    assert told.tokens_out > 0
    assert told.first_seconds is not None
    assert told.seconds is not None
    assert 0 < told.first_seconds <= told.seconds < 10
    assert told.cost == (told.tokens_in * 1 + told.tokens_out * 10) / trial.Decimal(1_000_000)
    assert not told.thoughts


@pytest.mark.slow
def test_a_test_call_stores_no_generation_and_says_who_asked(scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url)
    before = (Generation.objects.count(), Prompt.objects.count())
    assert asked(endpoint).cost is None
    assert (Generation.objects.count(), Prompt.objects.count()) == before
    entry = AuditEntry.objects.get(verb="tested")
    assert entry.actor == desk.lead()
    assert entry.detail == {"answered": True, "cost": None}


def test_nobody_there_is_a_sentence_with_a_mend() -> None:
    told = asked(desk.endpoint("plain"))
    assert "connection refused" in told.problem
    assert "Is the server running" in told.problem
    assert told.seconds is None
    assert AuditEntry.objects.get(verb="tested").detail["answered"] is False


def test_a_model_that_is_not_there(scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("absent", scripted_server.base_url)
    assert "404" in asked(endpoint).problem


def test_a_key_that_is_not_set(monkeypatch) -> None:
    monkeypatch.delenv("GPU_API_KEY", raising=False)
    endpoint = desk.endpoint("plain", key_variable="GPU_API_KEY")
    assert "GPU_API_KEY is not set" in asked(endpoint).problem


def test_an_address_that_left_the_list_is_not_asked(scripted_server: ScriptedServer, settings) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url)
    before = len(scripted_server.requests())
    settings.PRIVATE_HOSTS = []
    assert "VIBES_PRIVATE_HOSTS" in asked(endpoint).problem
    assert len(scripted_server.requests()) == before


def test_an_answer_that_is_cut_says_so_and_what_it_cost(scripted_server: ScriptedServer) -> None:
    endpoint = desk.endpoint("plain", scripted_server.base_url, max_tokens=3, price_in=1, price_out=1)
    told = asked(endpoint)
    assert "cut" in told.problem
    assert told.words
    assert told.cost


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["500", "rate_limited", "garbled", "drop", "empty", "refused", "redirect"])
def test_every_fault_is_a_sentence(fault: str, start_scripted: Callable[..., ScriptedServer]) -> None:
    server = start_scripted("--fault", f"{fault}:every=1")
    told = asked(desk.endpoint("plain", server.base_url))
    assert told.problem
    assert told.problem.endswith((".", "?"))


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up(start_scripted: Callable[..., ScriptedServer]) -> None:
    server = start_scripted("--fault", "hang:every=1")
    began = time.monotonic()
    told = asked(desk.endpoint("plain", server.base_url, timeout_seconds=2))
    assert "within 2 s" in told.problem
    assert time.monotonic() - began < 10


def test_the_models_at_an_address(scripted_server: ScriptedServer) -> None:
    found = discovery.models_at(by=desk.lead(), provider="local", base_url=scripted_server.base_url)
    assert "scripted-plain" in found


def test_conditions_come_together_within_a_second_or_so(scripted_server: ScriptedServer) -> None:
    up = desk.endpoint("plain", scripted_server.base_url)
    down = desk.endpoint("slips")
    vendor = endpoints.add(by=desk.lead(), name="GPT", provider="openai", model="gpt")
    began = time.monotonic()
    told = discovery.conditions([up, down, vendor])
    assert time.monotonic() - began < 8
    assert told[up.pk].health is not None
    assert told[up.pk].health.ok
    assert "cannot be reached" in told[down.pk].problem
    assert vendor.pk not in told  # vendors do not tell, and are not asked
