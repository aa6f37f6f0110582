"""From a body of any protocol to the answer of a character, live or in a batch, with everything counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vibes.providers import scripted_chat, scripted_messages, scripted_responses
from vibes.providers import scripted_protocols as protocols
from vibes.providers.scripted import OFFERED, ScriptedCharacters, prompt_hash
from vibes.providers.scripted_answers import answer
from vibes.providers.scripted_breaks import refuse
from vibes.providers.scripted_cache import PromptCache
from vibes.providers.scripted_faults import (
    ANSWER_FAULTS,
    FaultRule,
    RequestLog,
    UnknownFaultError,
    parse_rule,
)
from vibes.providers.scripted_protocols import Answer, Asked, BodyError, RefusalError, Wire

WIRES: Mapping[str, Wire] = {
    "/v1/chat/completions": scripted_chat.WIRE,
    "/v1/responses": scripted_responses.WIRE,
    "/v1/messages": scripted_messages.WIRE,
}


class Speaker:
    """The characters, their log, and the tokens that went in and out. `manner`: how a chat shows thoughts unasked."""

    def __init__(self, characters: ScriptedCharacters, log: RequestLog, manner: str) -> None:
        self.tokens_in = self.tokens_out = 0
        self.log = log
        self._characters, self._manner = characters, manner
        self._cache, self._replies = PromptCache(), 0

    def read(self, path: str, body: bytes | Mapping[str, Any]) -> Asked:
        """The request in a body. Raises RefusalError for one that cannot be read and for a model that is not there."""
        wire = WIRES[path]
        try:
            asked = (
                protocols.read(wire, body) if isinstance(body, bytes) else protocols.read_values(wire, body)
            )
        except BodyError as error:
            raise RefusalError(400, "invalid_request_error", str(error)) from None
        if asked.model not in OFFERED:
            message = f"The model {asked.model!r} does not exist: {', '.join(OFFERED)} do."
            raise RefusalError(404, "model_not_found", message)
        return (
            replace(asked, manner=self._manner) if wire is scripted_chat.WIRE and not asked.manner else asked
        )

    def say(self, asked: Asked, fault: str) -> Answer:
        """The answer, with the fault in it where it is one of answers."""
        said = answer(asked, self._characters.reply(asked.model, asked.turns), fault, self._cache.look(asked))
        self.tokens_in += said.tokens_in
        self.tokens_out += said.tokens_out
        return said

    def reply_id(self, digest: str) -> str:
        """A new id for each reply."""
        self._replies += 1
        return f"{digest}{self._replies:08d}"

    def say_in_batch(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body as the live address would give them; a broken connection is an error 500 here."""
        try:
            asked = self.read(path, body)
            digest = prompt_hash(asked.turns)
            rule = self.log.ask(asked.model, digest) or asked_rule(asked.fault)
            fault = rule.fault if rule else ""
            refuse(fault, path)
            if fault not in ("", "slow", *ANSWER_FAULTS):
                raise RefusalError(500, "server_error", f"The fault {fault} was asked for.")
        except RefusalError as refusal:
            return refusal.status, protocols.error_body(refusal.message, refusal.code)
        self.log.answer(asked.model, digest)
        return 200, WIRES[path].reply(self.say(asked, fault), self.reply_id(digest))


def asked_rule(fault: str) -> FaultRule | None:
    """The fault that one request asks for, in a header or in its body. Raises RefusalError for one that does not exist."""
    try:
        return parse_rule(fault) if fault else None
    except UnknownFaultError as error:
        raise RefusalError(400, "invalid_request_error", str(error)) from None
