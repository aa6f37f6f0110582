"""Servers for as long as a test or a file needs them."""

from collections.abc import Callable, Iterator

import pytest

from tests.providers.loopback import ANSWERS, Served, Stage, anthropic_sdk, openai_sdk, running
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app


@pytest.fixture(scope="session")
def stage() -> Iterator[Served]:
    """One server for all tests that bring their own app: starting and stopping one each costs 0.2 s."""
    with running(Stage()) as served:
        yield served


@pytest.fixture
def serve(stage) -> Callable[..., Served]:
    """Serves any ASGI app until the next one comes."""

    def put_on(app) -> Served:
        stage.app.app = app
        return Served(stage.port, app)

    return put_on


@pytest.fixture(scope="session")
def scripted() -> Iterator[Served]:
    """The scripted server; its faults are asked for request by request."""
    with running(create_app(ANSWERS)) as served:
        yield served


@pytest.fixture
def vendors(serve):
    """Starts a server; gives both SDKs' clients for it and the app."""
    clients = []

    def start(*faults, seconds=0.0):
        served = serve(create_app(ANSWERS, faults=[parse_rule(f) for f in faults], batch_seconds=seconds))
        ours = openai_sdk(served)
        theirs = anthropic_sdk(served)
        clients.extend((ours, theirs))
        return ours, theirs, served

    yield start
    for client in clients:
        client.close()
