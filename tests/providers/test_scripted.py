"""The characters, the faults and the two protocols, without a server."""

import json

import pytest

from tests.providers.loopback import ANSWERS, QUESTION
from vibes.providers.scripted import (
    MODELS,
    ScriptedCharacters,
    Turn,
    UnknownCharacterError,
    count_tokens,
    prompt_hash,
)
from vibes.providers.scripted_faults import FaultRule, RequestLog, UnknownFaultError, parse_rule
from vibes.providers.scripted_options import Pace
from vibes.providers.scripted_protocols import BodyError, cut, pieces, read, streamed
from vibes.providers.scripted_speaker import WIRES

CHARACTERS = ScriptedCharacters(ANSWERS)


def test_a_written_answer_is_given_word_for_word():
    turns = [Turn("system", "Be short."), Turn("user", QUESTION)]
    assert CHARACTERS.reply("scripted-plain", turns) == ANSWERS[QUESTION]["scripted-plain"]


def test_the_last_user_turn_counts():
    turns = [Turn("user", QUESTION), Turn("assistant", "No."), Turn("user", "And a burger?")]
    assert "is written for this prompt" in CHARACTERS.reply("scripted-plain", turns)
    turns += [Turn("assistant", "Yes."), Turn("user", QUESTION)]
    assert CHARACTERS.reply("scripted-plain", turns) == ANSWERS[QUESTION]["scripted-plain"]


def test_line_ends_and_margins_do_not_make_another_prompt():
    bank = ScriptedCharacters({"One\nTwo": {"scripted-plain": "Three"}})
    assert bank.reply("scripted-plain", [Turn("user", "  One\r\nTwo \r\n")]) == "Three"


@pytest.mark.parametrize("model", MODELS)
def test_an_unwritten_prompt_is_said_to_be_unwritten(model):
    first, second = (CHARACTERS.reply(model, [Turn("user", text)]) for text in ("Who?", "What?"))
    assert first == second
    assert "scripted character" in first and "answer" in first and "written" in first


def test_the_manners_differ_without_an_answer_too():
    replies = {CHARACTERS.reply(model, []) for model in MODELS}
    assert len(replies) == 4
    assert "wonderful question" in CHARACTERS.reply("scripted-flattering", [])
    assert CHARACTERS.reply("scripted-formatted", []).count("**") >= 4


def test_other_models_do_not_exist():
    with pytest.raises(UnknownCharacterError, match="gpt"):
        CHARACTERS.reply("gpt", [])


def test_hashes_tell_conversations_apart():
    one, other = [Turn("user", "a")], [Turn("assistant", "a")]
    assert prompt_hash(one) == prompt_hash(list(one)) != prompt_hash(other)
    assert len(prompt_hash([])) == 16


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("Yes", 1), ("Yes.", 2), ("hippopotamus", 3), ("**a** b", 6)]
)
def test_token_counts(text, tokens):
    assert count_tokens(text) == tokens


@pytest.mark.parametrize(
    "text", ["", " ", "a", "  a\n\n  b c \n", "| a | b |\n|---|---|\n", "one two " * 5000]
)
def test_pieces_join_to_the_text(text):
    assert "".join(pieces(text)) == text == "".join(streamed(text))
    assert len(list(streamed(text))) <= 202


def test_cutting_keeps_whole_words_within_the_limit():
    assert cut("one two three", None) == ("one two three", False)
    assert cut("one two three", 3) == ("one two three", False)
    assert cut("one two three", 2) == ("one two", True)
    assert cut("one two three", 0) == ("", True)


def test_the_three_protocols_are_read_alike():
    chat = {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}],
        "max_tokens": 5,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    messages = {
        "model": "m",
        "system": [{"type": "text", "text": "s"}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "u"}]}],
        "max_tokens": 5,
        "stream": True,
    }
    responses = {
        "model": "m",
        "instructions": "s",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "u"}]}],
        "max_output_tokens": 5,
        "stream": True,
    }
    for path, body in zip(WIRES, (chat, responses, messages), strict=True):
        asked = read(WIRES[path], json.dumps(body).encode())
        assert asked.turns == (Turn("system", "s"), Turn("user", "u"))
        assert (asked.max_tokens, asked.stream, asked.stream_usage) == (5, True, True)
        assert (asked.effort, asked.fault) == ("", "")


@pytest.mark.parametrize("path", WIRES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"model": "m"}',
        b'{"model": "m", "messages": 3, "input": 3, "max_tokens": 3}',
        b"\xff",
    ],
)
def test_bodies_that_cannot_be_read(path, body):
    with pytest.raises(BodyError):
        read(WIRES[path], body)


def test_rules_are_read():
    assert parse_rule("500") == FaultRule("500", every=1)
    assert parse_rule("503:first=2") == FaultRule("503", first=2)
    assert parse_rule("hang:every=3:model=scripted-slips") == FaultRule(
        "hang", every=3, model="scripted-slips"
    )
    assert parse_rule("slow:seconds=0.5") == FaultRule("slow", every=1, seconds=0.5)
    assert parse_rule("drop:model=scripted-plain") == FaultRule("drop", every=1, model="scripted-plain")


@pytest.mark.parametrize("text", ["", "501", "500:first", "500:first=x", "500:last=2", "slow:seconds=x"])
def test_rules_that_cannot_be_read(text):
    with pytest.raises(UnknownFaultError):
        parse_rule(text)


def shown(rule: str, asked: list[tuple[str, str]]) -> list[bool]:
    log = RequestLog([parse_rule(rule)])
    return [log.ask(model, prompt) is not None for model, prompt in asked]


def test_every_nth_request_fails():
    assert shown("500:every=3", [("m", str(i)) for i in range(6)]) == [False, False, True] * 2


def test_the_first_requests_of_each_prompt_fail():
    assert shown("500:first=2", [("m", "a"), ("m", "b"), ("m", "a"), ("m", "a"), ("m", "b")]) == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_a_rule_for_one_model_counts_only_that_model():
    asked = [("m", "a"), ("n", "a"), ("n", "b"), ("m", "b")]
    assert shown("500:every=2:model=m", asked) == [False, False, False, True]


def test_the_log_counts_asked_and_answered():
    log = RequestLog()
    log.ask("m", "a")
    log.ask("m", "a")
    log.answer("m", "a")
    assert log.counts() == [{"model": "m", "prompt": "a", "asked": 2, "answered": 1}]


def test_the_pace_is_repeatable_and_has_its_mean():
    assert Pace(0.5).seconds("00ff") == 0.5
    spread = Pace(1.0, 0.8)
    times = [spread.seconds(f"{i:04x}") for i in range(0, 65536, 16)]
    assert spread.seconds("00ff") == spread.seconds("00ff")
    assert sum(times) / len(times) == pytest.approx(1.0, rel=0.01)
    assert min(times) < 0.2 and max(times) > 4
