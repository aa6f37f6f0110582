"""What is asked next, whatever was answered so far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.conversations import reply
from vibes.datasets.turns import open_turns, prefix_of
from vibes.models import Generation, Prompt
from vibes.providers.base import Message
from vibes.services.generations.conversation import Talk
from vibes.services.generations.requests import request_of

FROZEN = {
    "model": "m",
    "system": "Be brief.",
    "temperature": 0.5,
    "max_tokens": 99,
    "timeout_seconds": 7,
}
ROLES = {"s": "system", "u": "user", "a": "assistant"}


def said(roles: str) -> list[dict[str, str]]:
    return [{"role": ROLES[role], "content": f"{role}{n}"} for n, role in enumerate(roles)]


def row(turns: list[dict[str, str]], **fields: object) -> Generation:
    return Generation(prompt=Prompt(turns=turns), snapshot=FROZEN | fields.pop("snapshot", {}), **fields)


def sent(talk: Talk) -> list[str]:
    request = talk.request()
    assert request is not None
    return [message.content for message in request.messages]


def test_an_ordinary_prompt_is_asked_once_with_the_settings_of_its_row() -> None:
    new = {"effort": "high", "thinking_tokens": 2048, "cache_prompts": True, "extra": {"top_k": 3}}
    request = request_of(row(said("uau"), seed=11, snapshot=new))
    assert request.messages == (Message("user", "u0"), Message("assistant", "a1"), Message("user", "u2"))
    assert (request.model, request.system, request.temperature) == ("m", "Be brief.", 0.5)
    assert (request.max_tokens, request.timeout_s, request.seed) == (99, 7.0, 11)
    assert (request.effort, request.thinking_tokens, request.cache) == ("high", 2048, True)
    assert request.extra == {"top_k": 3}
    talk = Talk.of(row(said("uau")))
    talk.answer(reply("Yes."))
    assert talk.request() is None
    assert talk.transcript == []
    with pytest.raises(ValueError, match="has all its answers"):
        request_of(row(said("uu"), transcript=[said("a")[0], said("uu")[1], said("a")[0]]))


def test_instructions_at_the_beginning_go_with_the_endpoints_own() -> None:
    request = request_of(row(said("ssuau")))
    assert request.system == "Be brief.\n\ns0\n\ns1"
    assert [message.role for message in request.messages] == ["user", "assistant", "user"]
    assert request_of(row(said("su"), snapshot={"system": ""})).system == "s0"


def test_each_push_is_asked_with_the_answers_before_it_and_without_thoughts() -> None:
    talk = Talk.of(row(said("uuu")))
    assert (talk.turn, sent(talk)) == (0, ["u0"])
    talk.answer(reply("First.", thoughts="secret"))
    assert (talk.turn, sent(talk)) == (1, ["u0", "First.", "u1"])
    talk.answer(reply("Second."))
    assert sent(talk) == ["u0", "First.", "u1", "Second.", "u2"]
    talk.answer(reply("Third."))
    assert talk.request() is None
    assert [turn["content"] for turn in talk.transcript] == ["First.", "u1", "Second.", "u2", "Third."]
    assert [turn.get("thoughts") for turn in talk.transcript] == ["secret", None, "", None, ""]
    assert talk.reply == reply("Third.")


def test_what_no_database_holds_is_replaced() -> None:
    talk = Talk.of(row(said("uu")))
    talk.answer(reply("a\x00b\ud83d", thoughts="\x00"))
    assert talk.transcript == [{"role": "assistant", "content": "a␀b?", "thoughts": "␀"}]


@given(st.text("sua", max_size=7), st.integers(0, 8))
def test_a_conversation_goes_on_where_its_transcript_ends(roles: str, lost_after: int) -> None:
    """As a worker that is lost after any answer leaves it."""
    turns = said(roles + "u")
    whole = Talk.of(row(turns))
    stored: list[dict[str, str]] = []
    for n in range(len(open_turns(turns))):
        if n == lost_after:
            whole = Talk.of(row(turns, transcript=stored))
            assert whole.turn == (n if len(open_turns(turns)) > 1 else 0)
        assert sent(whole)[-1] == turns[open_turns(turns)[n]]["content"]
        whole.answer(reply(f"answer {n}"))
        stored = whole.transcript
    assert whole.request() is None
    told = [turn["content"] for turn in stored if "thoughts" in turn]
    if len(open_turns(turns)) > 1:
        assert told == [f"answer {n}" for n in range(len(told))]
        assert [turn for turn in stored if "thoughts" not in turn] == turns[len(prefix_of(turns)) :]
        assert stored[-1]["role"] == "assistant"
