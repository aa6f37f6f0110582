"""Discovery asks loopback ports, takes model servers, and is not held up by anything else."""

import json
import socket
import time
from contextlib import closing

import pytest

from vibes.providers.discovery import USUAL_PORTS, FoundServer, discover, find
from vibes.providers.local_server import discover as discover_from_local_server
from vibes.providers.scripted import MODELS
from vibes.providers.scripted_command import listen


def answering(status: int, content: bytes, location: str = ""):
    async def app(scope, receive, send):
        headers = [(b"content-type", b"application/json"), (b"location", location.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return app


def listing(*entries: object) -> bytes:
    return json.dumps({"object": "list", "data": list(entries)}).encode()


def dead_port() -> int:
    with closing(listen(0)) as listener:
        return listener.getsockname()[1]


def test_a_real_server_among_dead_ports(scripted):
    found = discover(2.0, {dead_port(): "ollama", scripted.port: "vllm", dead_port(): "sglang"})
    models = MODELS
    assert found == (FoundServer("scripted", f"{scripted.address}/v1", models),)


def test_nothing_found():
    assert discover(0.4, {dead_port(): "ollama"}) == ()
    assert discover(0.4, {}) == ()


@pytest.mark.parametrize(
    ("owner", "presumed", "kind"),
    [("library", "vllm", "ollama"), ("vllm", "llama.cpp", "vllm"), ("somebody", "sglang", "sglang")],
)
def test_the_kind_is_the_servers_own_word_else_the_ports(owner, presumed, kind, serve):
    served = serve(answering(200, listing({"id": "m1", "owned_by": owner}, {"id": "m2"})))
    assert discover(2.0, {served.port: presumed}) == (
        FoundServer(kind, f"{served.address}/v1", ("m1", "m2")),
    )


@pytest.mark.parametrize(
    "app",
    [
        answering(200, b"<html>Welcome</html>"),
        answering(200, b'"models"'),
        answering(200, b'{"data": "none"}'),
        answering(200, listing()),
        answering(200, listing("m1", {"name": "m2"}, {"id": 3})),
        answering(200, b"\xff\xfe"),
        answering(401, listing({"id": "m1"})),
        answering(404, listing({"id": "m1"})),
    ],
)
def test_servers_that_offer_no_models_are_ignored(app, serve):
    assert discover(2.0, {serve(app).port: "vllm"}) == ()


def test_redirects_are_not_followed(serve, scripted):
    served = serve(answering(307, b"", f"{scripted.address}/v1/models"))
    assert discover(2.0, {served.port: "vllm"}) == ()


@pytest.mark.slow
def test_a_port_that_says_nothing_costs_the_time_limit_once():
    with closing(listen(0)) as one, closing(listen(0)) as two:
        ports = {listener.getsockname()[1]: "vllm" for listener in (one, two)}
        began = time.monotonic()
        assert discover(3.0, ports) == ()
    assert time.monotonic() - began < 5.9  # one after the other they take 6 s


def test_a_port_that_speaks_no_http(serve):
    import threading

    with closing(listen(0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                connection.recv(1000)
                connection.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=talk)
        thread.start()
        assert discover(1.0, {listener.getsockname()[1]: "llama.cpp"}) == ()
        thread.join(5)


async def test_async_callers_await_find(scripted):
    assert (await find(2.0, {scripted.port: "vllm"}))[0].kind == "scripted"


def test_usual_ports():
    assert USUAL_PORTS == {
        11434: "ollama",
        8080: "llama.cpp",
        1234: "lm-studio",
        8000: "vllm",
        30000: "sglang",
    }
    assert discover_from_local_server is discover
