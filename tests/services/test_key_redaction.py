"""A key never stands in a log, a page, the database, the audit trail or an exception."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import serializers
from django.test import Client
from django.urls import reverse

from annotations.models import AuditEntry, Comparison
from tests.providers.loopback import Served, running
from tests.services import desk
from vibes.models import Attempt, Endpoint, Generation, RawResponse
from vibes.providers.base import ProviderError
from vibes.services import endpoints, key_store
from vibes.services.generations import discovery, pump, trial
from vibes.services.generations.landings import unpacked

pytestmark = pytest.mark.django_db
SECRET = "wonderfully-secret-0123456789"


@pytest.fixture(autouse=True)
def _set(monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", SECRET)
    monkeypatch.setattr(key_store, "LOOK_AGAIN_SECONDS", 0)


class Parrot:
    """A server that repeats the key that it was sent, wherever a server can."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.sent: list[str] = []

    async def __call__(self, scope, receive, send) -> None:
        key = dict(scope["headers"]).get(b"authorization", b"").decode()
        self.sent.append(key)
        said = {"role": "assistant", "content": f"Your key is {key}.", "reasoning": f"I was sent {key}."}
        answer = {
            "id": key,
            "model": key,
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "data": [{"id": f"model-{key}"}],
            "error": {"message": f"wrong key {key}"},
        }
        body = json.dumps(
            {name: answer[name] for name in answer if (name == "error") == (self.status != 200)}
        ).encode()
        names = (b"server", b"x-request-id", b"retry-after")
        headers = [(b"content-type", b"application/json"), *((name, key.encode()) for name in names)]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(params=[200, 401, 500])
def parrot(request) -> Iterator[Served]:
    with running(Parrot(request.param)) as served:
        yield served


def keyed(address: str) -> Endpoint:
    return endpoints.add(
        by=desk.lead(),
        name="Keyed",
        provider="local",
        model="m",
        base_url=f"{address}/v1",
        key_variable="GPU_API_KEY",
    )


@pytest.mark.slow
def test_a_server_that_repeats_the_key_cannot_get_it_into_a_page(parrot: Served, client: Client) -> None:
    endpoint = keyed(parrot.address)
    client.force_login(desk.lead())
    pages = [
        client.post(reverse("test_endpoint", args=[endpoint.pk])),
        client.get(reverse("endpoint_states")),
        client.get(reverse("edit_endpoint", args=[endpoint.pk])),
        client.post(reverse("edit_endpoint", args=[endpoint.pk]), {"do": "models", **as_sent(endpoint)}),
    ]
    assert any(SECRET in sent for sent in parrot.app.sent), "the server never saw the key"
    assert [page.status_code for page in pages] == [200] * 4
    assert not any(SECRET in page.content.decode() for page in pages)
    assert SECRET not in everything_stored()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_that_repeats_the_key_cannot_get_it_into_the_database(parrot: Served, settings) -> None:
    """By the way that a study's answers go: text, thoughts, names, provenance, raw response, attempts, errors."""
    settings.GENERATION_ATTEMPTS = 1
    desk.study(f"{parrot.address}/v1", prompt_count=1, settings={"key_variable": "GPU_API_KEY"})
    pump.run()
    assert any(SECRET in sent for sent in parrot.app.sent)
    rows = [*Generation.objects.all(), *Attempt.objects.all(), *Comparison.objects.all()]
    stored = serializers.serialize("json", rows)
    assert {row.state for row in Generation.objects.all()} == {
        "done" if parrot.app.status == 200 else "failed"
    }
    assert "[key]" in stored
    assert SECRET not in stored
    assert not any(SECRET in str(unpacked(raw.body)) for raw in RawResponse.objects.all())
    assert SECRET not in everything_stored()


def as_sent(endpoint: Endpoint) -> dict[str, str]:
    return {
        name: str(getattr(endpoint, name))
        for name in ("name", "provider", "base_url", "model", "key_variable")
    }


def everything_stored() -> str:
    return serializers.serialize("json", [*Endpoint.objects.all(), *AuditEntry.objects.all()])


@pytest.mark.slow
def test_a_server_that_repeats_the_key_cannot_get_it_into_an_error(parrot: Served) -> None:
    endpoint = keyed(parrot.address)
    told = str(trial.call(by=desk.lead(), endpoint=endpoint))
    try:
        told += str(
            discovery.models_at(
                by=desk.lead(), provider="local", base_url=endpoint.base_url, key_variable="GPU_API_KEY"
            )
        )
    except ProviderError as error:
        told += f"{error!r}{error.__cause__}"
    assert SECRET not in told


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the configured handler writes."""
    written = io.StringIO()
    config = {
        **settings.LOGGING,
        "handlers": {"console": {**settings.LOGGING["handlers"]["console"], "stream": written}},
        "loggers": {},
        "root": {"handlers": ["console"], "level": "INFO"},
    }
    logging.config.dictConfig(config)
    yield written
    logging.config.dictConfig(settings.LOGGING)


def test_log_lines_arguments_and_tracebacks_hold_no_key(log: io.StringIO) -> None:
    logger = logging.getLogger("vibes.somewhere")
    logger.info("key %s", SECRET)
    logger.info("%(key)s", {"key": SECRET})
    logger.info(f"key {SECRET}", stack_info=True)
    try:
        raise ValueError(f"Authorization: Bearer {SECRET}")
    except ValueError:
        logger.exception("it failed")
    written = log.getvalue()
    assert SECRET not in written
    assert written.count("[key]") == 4
    assert "ValueError: Authorization: Bearer [key]" in written


def test_a_log_call_that_does_not_fit_its_arguments_is_written_without_the_key(log: io.StringIO) -> None:
    logging.getLogger("vibes.somewhere").info("100%", SECRET)
    assert "100% ('[key]',)" in log.getvalue()


def test_a_log_line_without_a_key_is_left_alone(log: io.StringIO) -> None:
    logging.getLogger("vibes.somewhere").info("%d of %d", 3, 4)
    assert "3 of 4" in log.getvalue()


def test_every_logger_of_the_settings_writes_through_the_filter() -> None:
    """A logger with a handler of its own, as Django's and uvicorn's have by themselves, would get past it."""
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["keys"]
    for name in ("django", "django.server", "uvicorn", "uvicorn.access"):
        assert settings.LOGGING["loggers"][name]["handlers"] == []
    assert logging.getLogger("django").handlers == []


def test_a_page_takes_out_what_all_else_let_through(client: Client) -> None:
    client.force_login(desk.lead())
    Endpoint.objects.create(
        name=f"named {SECRET}", provider="local", model="m", base_url="http://127.0.0.1:9/v1"
    )
    page = client.get(reverse("endpoints")).content.decode()
    assert "named [key]" in page
    assert SECRET not in page


@pytest.mark.parametrize("field", ["system", "name", "model", "extra"])
def test_no_setting_is_a_place_for_a_key(field: str, client: Client) -> None:
    client.force_login(desk.lead())
    form = {"name": "x", "provider": "local", "base_url": "http://127.0.0.1:9/v1", "model": "m"}
    value = f'{{"headers": {{"x": "{SECRET}"}}}}' if field == "extra" else f"use {SECRET}"
    page = client.post(reverse("add_endpoint"), form | {field: value})
    assert page.status_code == 422
    assert f"{field} holds the value of a key" in page.content.decode()
    assert SECRET not in page.content.decode()
    assert SECRET not in everything_stored()


def test_a_key_typed_in_place_of_its_name_is_forgotten(client: Client) -> None:
    typed = "sk-typed-by-mistake-1234567"
    client.force_login(desk.lead())
    form = {
        "name": "x",
        "provider": "local",
        "base_url": "http://127.0.0.1:9/v1",
        "model": "m",
        "key_variable": typed,
    }
    for extra in ({}, {"do": "models"}):
        page = client.post(reverse("add_endpoint"), form | extra).content.decode()
        assert "Name an environment variable" in page
        assert typed not in page
    assert not Endpoint.objects.exists()
    assert typed not in everything_stored()
