"""Real servers on free loopback ports: uvicorn in a thread over an ASGI app, for as long as a test needs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import anthropic
import httpx2
import openai
import uvicorn

from vibes.providers.base import Message, Provider, Request
from vibes.providers.registry import provider
from vibes.providers.scripted_command import listen
from vibes.providers.scripted_server import ScriptedServer
from vibes.providers.transport import tls

QUESTION = "Is a hot dog a sandwich?"
ANSWERS = {
    QUESTION: {
        "scripted-plain": "No. It is a sausage in a bun,\nand I would call it **a hot dog**.",
        "scripted-flattering": "What a brilliant question! Yes, exactly as you say.",
    }
}
CHAT = {"model": "scripted-plain", "messages": [{"role": "user", "content": QUESTION}]}
MESSAGES = {**CHAT, "max_tokens": 5000}
RESPONSES = {"model": "scripted-plain", "input": QUESTION}
# A conversation long enough for OpenAI to cache its beginning.
LONG = "Consider the following at length. " * 200


@dataclass(frozen=True)
class Served:
    port: int
    app: ScriptedServer

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self) -> int:
        return sum(int(row["asked"]) for row in self.app.log.counts())


class Stage:
    """An ASGI app that passes everything on to the app that a test put on it."""

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


@contextmanager
def running(app) -> Iterator[Served]:
    with closing(listen(0)) as listener:
        config = uvicorn.Config(
            app,
            log_level="critical",
            date_header=False,  # the app's own, which a fault can falsify
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=0.2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield Served(listener.getsockname()[1], app)
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


def connect(name: str, address: str, api_key: str = "sk-test-0123456789", timeout_s: float = 5.0) -> Provider:
    return provider(name)(f"{address}/v1", api_key, timeout_s)


def ask(fault: str = "", model: str = "scripted-plain", question: str = QUESTION, **fields) -> Request:
    extra = {"vibes_fault": fault} if fault else {}
    return Request(model, (Message("user", question),), extra=extra, **{"timeout_s": 5.0, **fields})


def post(served: Served, path: str = "/v1/chat/completions", body: object = None, **headers: str):
    """A request without an SDK; `body` is JSON, by default a chat that asks QUESTION."""
    return httpx2.post(served.address + path, json=body or CHAT, headers=headers, **_PLAIN)


def get(served: Served, path: str):
    """A page of the server."""
    return httpx2.get(served.address + path, **_PLAIN)


def openai_sdk(served: Served) -> openai.OpenAI:
    """The SDK itself, to be closed."""
    return openai.OpenAI(
        base_url=f"{served.address}/v1",
        api_key="k",
        max_retries=0,
        http_client=openai.DefaultHttpx2Client(verify=tls()),
    )


def anthropic_sdk(served: Served) -> anthropic.Anthropic:
    """The SDK itself, to be closed."""
    return anthropic.Anthropic(
        base_url=served.address,
        api_key="k",
        max_retries=0,
        http_client=anthropic.DefaultHttpxClient(verify=tls()),
    )


# A client that reads the certificates itself takes 50 ms to make.
_PLAIN = {"timeout": 10, "trust_env": False, "verify": tls()}
