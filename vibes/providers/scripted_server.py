"""The scripted characters over HTTP: a small ASGI server that speaks the protocols of OpenAI and Anthropic on loopback.

`python -m vibes.providers.scripted_server --port 0 --answers answers.json` prints one JSON line with its address and
serves until SIGTERM or SIGINT. With faults switched on it is the only fake in the tests.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from urllib.parse import parse_qsl

from vibes.providers import scripted_metrics
from vibes.providers.scripted import MODELS, Answers, ScriptedCharacters, Turn, prompt_hash
from vibes.providers.scripted_batches import Call, Shelf
from vibes.providers.scripted_batches_anthropic import AnthropicBatches
from vibes.providers.scripted_batches_openai import OpenAIBatches
from vibes.providers.scripted_breaks import show, show_streamed
from vibes.providers.scripted_faults import BATCH_FAULTS, BATCHES, FaultRule, RequestLog
from vibes.providers.scripted_limits import Gate, Limits
from vibes.providers.scripted_options import Options, Pace
from vibes.providers.scripted_protocols import Answer, Asked, RefusalError, error_body, model_list
from vibes.providers.scripted_speaker import WIRES, Speaker, asked_rule
from vibes.providers.scripted_wire import Client, Receive, Scope, Send

__all__ = ["Pace", "ScriptedServer", "create_app"]

_LARGEST_BODY = 10 * 1024 * 1024
_LARGEST_BATCH = 256 * 1024 * 1024
_BATCH_PATHS = ("/v1/files", "/v1/batches", "/v1/messages/batches")
_JSON_LINES = (b"content-type", b"application/x-jsonl")


def create_app(
    answers: Answers,
    *,
    faults: Sequence[FaultRule] = (),
    pace: Pace | None = None,
    limits: Limits | None = None,
    like: str = "scripted",
    thoughts: str = "",
    batch_seconds: float = 0.0,
    api_key: str = "",
) -> ScriptedServer:
    """The ASGI app over a bank {prompt text: {model: answer}}; with `api_key` set, other keys get 401."""
    options = Options(pace or Pace(), limits or Limits(), like, thoughts, batch_seconds, api_key)
    return ScriptedServer(ScriptedCharacters(answers), faults, options)


class ScriptedServer:
    """The ASGI app. `log` counts what its models are asked, `managed` the requests about batches; `gate` counts the load."""

    def __init__(self, characters: ScriptedCharacters, faults: Sequence[FaultRule], options: Options) -> None:
        of_batches = [rule for rule in faults if rule.model == BATCHES or rule.fault in BATCH_FAULTS]
        self.log = RequestLog([rule for rule in faults if rule not in of_batches])
        self.managed = RequestLog(of_batches)
        self.gate = Gate(options.limits)
        self._options = options
        self._speaker = Speaker(characters, self.log, options.thoughts)
        self._openai = OpenAIBatches(Shelf(self._speaker.say_in_batch, options.batch_seconds))
        self._anthropic = AnthropicBatches(Shelf(self._speaker.say_in_batch, options.batch_seconds))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        client = Client(scope, receive, send)
        try:
            await self._route(client)
        except RefusalError as refusal:
            if refusal.body:
                await client.whole(refusal.body, refusal.status, refusal.headers)
            else:
                content = error_body(refusal.message, refusal.code)
                await client.json(content, refusal.status, refusal.headers)

    async def _route(self, client: Client) -> None:
        method, path = client.scope["method"], client.path
        if path.startswith("/v1"):
            self._check_key(client)
        if method == "POST" and path in WIRES:
            await self._complete(client)
        elif path.startswith(_BATCH_PATHS):
            await self._manage(client)
        elif method == "GET":
            await self._tell(client)
        else:
            raise RefusalError(404, "not_found", "No such address here.")

    def _check_key(self, client: Client) -> None:
        given = client.header(b"x-api-key") or client.header(b"authorization").removeprefix("Bearer ")
        expected = self._options.api_key
        if expected and not hmac.compare_digest(given.encode(), expected.encode()):
            raise RefusalError(401, "invalid_api_key", f"Incorrect API key provided: {given}.")

    async def _tell(self, client: Client) -> None:
        """What the server says of itself; `/_requests` and `/_load` are for tests."""
        match client.path:
            case "/v1/models":
                await client.json(model_list(MODELS, scripted_metrics.OWNERS[self._options.like]))
            case "/_requests":
                await client.json({"counts": self.log.counts()})
            case "/_load":
                names = ("running", "waiting", "most", "refused")
                await client.json({name: getattr(self.gate, name) for name in names})
            case path:
                pages = scripted_metrics.pages(self._options.like, self._numbers())
                if path not in pages:
                    raise RefusalError(404, "not_found", "No such address here.")
                await client.page(pages[path])

    def _numbers(self) -> scripted_metrics.Numbers:
        gate, speaker, slots = self.gate, self._speaker, self._options.limits.slots
        share = min(1.0, gate.running / slots) if slots else 0.0
        return scripted_metrics.Numbers(
            gate.running, gate.waiting, speaker.tokens_in, speaker.tokens_out, share
        )

    async def _complete(self, client: Client) -> None:
        asked = self._speaker.read(client.path, await client.body(_LARGEST_BODY))
        digest = prompt_hash(asked.turns)
        async with self.gate.place():
            rule = self.log.ask(asked.model, digest) or asked_rule(
                client.header(b"x-vibes-fault") or asked.fault
            )
            fault = rule.fault if rule else ""
            if await client.left(self._seconds(asked) + (rule.seconds if rule and fault == "slow" else 0.0)):
                return
            said = self._speaker.say(asked, fault)
            if await self._send(client, said, self._speaker.reply_id(digest), fault):
                self.log.answer(asked.model, digest)

    def _seconds(self, asked: Asked) -> float:
        return self._options.pace.seconds(prompt_hash((*asked.turns, Turn("model", asked.model))))

    async def _send(self, client: Client, said: Answer, reply_id: str, fault: str) -> bool:
        """Sends the answer, or shows the fault; whether the whole answer went out."""
        wire = WIRES[client.path]
        name = f"req_{reply_id}".encode()
        headers = ((b"x-request-id", name), (b"request-id", name))
        if not said.asked.stream:
            if fault and await show(fault, client):
                return False
            await client.json(wire.reply(said, reply_id), headers=headers)
            return True
        events = wire.events(said, reply_id)
        if fault and await show_streamed(fault, client, events, wire):
            return False
        return await client.events(events, self._options.pace.piece_s, headers)

    async def _manage(self, client: Client) -> None:
        """A request about files or batches; shown are the faults of rules for them, or of its header."""
        body = await client.body(_LARGEST_BATCH)
        method = client.scope["method"]
        rule = self.managed.ask(BATCHES, f"{method} {client.path}")
        rule = rule or asked_rule(client.header(b"x-vibes-fault"))
        fault = rule.fault if rule else ""
        if rule and fault == "slow" and await client.left(rule.seconds):
            return
        if fault and fault not in BATCH_FAULTS and await show(fault, client):
            return
        content = self._kept(client, method, body, fault if fault in BATCH_FAULTS else "")
        if fault == "batch_lost" and method == "POST" and client.path.endswith("/batches"):
            await show("drop", client)
        elif isinstance(content, bytes):
            await client.whole(content, 200, (_JSON_LINES,))
        else:
            await client.json(content)

    def _kept(self, client: Client, method: str, body: bytes, fault: str) -> object:
        call = Call(
            method=method,
            path=client.path,
            query=dict(parse_qsl(client.scope["query_string"].decode())),
            body=body,
            content_type=client.header(b"content-type"),
            host=client.header(b"host"),
            fault=fault,
        )
        vendor = self._anthropic if client.path.startswith("/v1/messages") else self._openai
        return vendor.handle(call)


if __name__ == "__main__":
    from vibes.providers.scripted_command import main

    raise SystemExit(main())
