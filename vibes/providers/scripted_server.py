"""The scripted characters over HTTP: a small ASGI server that speaks the protocols of OpenAI and Anthropic on loopback.

`python -m vibes.providers.scripted_server --port 0 --answers answers.json` prints one JSON line with its address and
serves until SIGTERM or SIGINT. With faults switched on it is the only fake in the tests.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from vibes.providers import scripted_protocols as protocols
from vibes.providers.scripted import (
    MODELS,
    Answers,
    ScriptedCharacters,
    Turn,
    UnknownCharacterError,
    count_tokens,
    prompt_hash,
)
from vibes.providers.scripted_faults import STATUS_FAULTS, FaultRule, RequestLog, UnknownFaultError, check

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_LARGEST_BODY = 10 * 1024 * 1024
_JSON = (b"content-type", b"application/json")
_WRITERS = {"/v1/chat/completions": protocols.openai_reply, "/v1/messages": protocols.anthropic_reply}


class RefusalError(Exception):
    """The request ends here with this HTTP status."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a reply takes: `mean_s` seconds, log-normal with `sigma` over prompts and models (0: all the same)."""

    mean_s: float = 0.0
    sigma: float = 0.0

    def seconds(self, digest: str) -> float:
        """The time for one conversation, from its hash: the same each time, so that runs can be compared."""
        if not self.sigma:
            return self.mean_s
        share = (int(digest, 16) + 0.5) / 16 ** len(digest)
        return self.mean_s * math.exp(self.sigma * NormalDist().inv_cdf(share) - self.sigma**2 / 2)


def create_app(
    answers: Answers,
    *,
    faults: Sequence[FaultRule] = (),
    pace: Pace | None = None,
    api_key: str = "",
) -> ScriptedServer:
    """The ASGI app over a bank {prompt text: {model: answer}}; with `api_key` set, other keys get 401."""
    return ScriptedServer(ScriptedCharacters(answers), RequestLog(faults), pace or Pace(), api_key)


class ScriptedServer:
    """The ASGI app. `log` counts its requests."""

    def __init__(self, characters: ScriptedCharacters, log: RequestLog, pace: Pace, api_key: str) -> None:
        self.log = log
        self._characters, self._pace, self._api_key = characters, pace, api_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            await self._route(scope, receive, send)
        except RefusalError as refusal:
            content = protocols.error_body(refusal.message, refusal.code)
            await _send_json(send, content, refusal.status, refusal.headers)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["method"], scope["path"]:
            case "GET", "/health":
                await _send_json(send, {"status": "ok"})
            case "GET", "/_requests":
                await _send_json(send, {"counts": self.log.counts()})
            case "GET", "/v1/models":
                self._check_key(scope)
                await _send_json(send, protocols.model_list(MODELS))
            case "POST", path if path in _WRITERS:
                self._check_key(scope)
                await self._complete(scope, receive, send)
            case _:
                raise RefusalError(404, "not_found", "No such address here.")

    def _check_key(self, scope: Scope) -> None:
        given = _header(scope, b"x-api-key") or _header(scope, b"authorization").removeprefix("Bearer ")
        if self._api_key and not hmac.compare_digest(given.encode(), self._api_key.encode()):
            raise RefusalError(401, "invalid_api_key", f"Incorrect API key provided: {given}.")

    async def _complete(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _read(await _body(receive))
        text = self._text(asked)
        digest = prompt_hash(asked.turns)
        fault = self.log.ask(asked.model, digest) or _asked_fault(scope, asked)
        await asyncio.sleep(self._pace.seconds(prompt_hash((*asked.turns, Turn("model", asked.model)))))
        answer = _answer(asked, text, fault)
        if fault and await _shown(fault, scope, receive, send):
            return
        await self._send_answer(scope, send, answer, digest)
        self.log.answer(asked.model, digest)

    def _text(self, asked: protocols.Asked) -> str:
        try:
            return self._characters.reply(asked.model, asked.turns)
        except UnknownCharacterError:
            message = f"The model {asked.model!r} does not exist: {', '.join(MODELS)} do."
            raise RefusalError(404, "model_not_found", message) from None

    async def _send_answer(self, scope: Scope, send: Send, answer: protocols.Answer, reply_id: str) -> None:
        if not answer.asked.stream:
            await _send_json(send, _WRITERS[scope["path"]](answer, reply_id))
        elif scope["path"] == "/v1/messages":
            raise RefusalError(400, "invalid_request_error", "This server streams Chat Completions only.")
        else:
            await _send_events(send, protocols.openai_events(answer, reply_id))


def _read(body: bytes) -> protocols.Asked:
    try:
        return protocols.read(body)
    except protocols.BodyError as error:
        raise RefusalError(400, "invalid_request_error", str(error)) from None


def _answer(asked: protocols.Asked, text: str, fault: str | None) -> protocols.Answer:
    """The answer as it ends: whole, cut by the request's own limit, or as a fault has it."""
    if fault in ("empty", "refused"):
        return protocols.Answer(asked, "", "refused" if fault == "refused" else "stop")
    limit = count_tokens(text) // 2 if fault == "length" else asked.max_tokens
    kept, was_cut = protocols.cut(text, limit)
    return protocols.Answer(asked, kept, "length" if was_cut else "stop")


def _asked_fault(scope: Scope, asked: protocols.Asked) -> str | None:
    """The fault that this one request asks for, in a header or in its body."""
    fault = _header(scope, b"x-vibes-fault") or asked.fault
    try:
        return check(fault) if fault else None
    except UnknownFaultError as error:
        raise RefusalError(400, "invalid_request_error", str(error)) from None


async def _shown(fault: str, scope: Scope, receive: Receive, send: Send) -> bool:
    """Shows a fault that takes the place of the reply; False for those that only change it."""
    if fault in STATUS_FAULTS:
        status, code = STATUS_FAULTS[fault]
        wait = ((b"retry-after", b"2"),) if status == 429 else ()
        raise RefusalError(status, code, f"The fault {fault} was asked for.", *wait)
    if fault == "redirect":
        raise RefusalError(307, "moved", "Elsewhere.", (b"location", scope["path"].encode()))
    if fault in _BROKEN_BODIES:
        await _send(send, 200, _BROKEN_BODIES[fault], (_JSON,))
    elif fault == "hang":
        await _wait_for_disconnect(receive)
    elif fault == "drop":
        await _send_half(send)
    else:
        return False
    return True


_BROKEN_BODIES: Mapping[str, bytes] = {
    "garbled": b'{"choices": [{"message": {"content": "half',
    "not_utf8": b'{"choices": "\xff\xfe"}',
    "shape": b'{"choices": [], "content": null}',
}


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_half(send: Send) -> None:
    """An app that returns in mid-body makes the server close the connection."""
    headers = [_JSON, (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"choices": [', "more_body": True})


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LARGEST_BODY:
            raise RefusalError(413, "request_too_large", "The body is larger than 10 MiB.")
        if not message.get("more_body"):
            return bytes(body)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _send_json(
    send: Send, content: object, status: int = 200, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    await _send(send, status, json.dumps(content, ensure_ascii=False).encode(), (_JSON, *headers))


async def _send(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def _send_events(send: Send, events: Iterable[bytes]) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for event in events:
        await send({"type": "http.response.body", "body": event, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    from vibes.providers.scripted_command import main

    raise SystemExit(main())
