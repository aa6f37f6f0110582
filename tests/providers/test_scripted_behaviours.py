"""The characters of known behaviour answer a whole conversation, over every protocol's turns."""

import pytest

from vibes.probes import behaviours
from vibes.probes.bank import load_bank
from vibes.providers.scripted import BEHAVIOURS, MODELS, NEXT_TURN, ScriptedCharacters, Turn

CHARACTERS = ScriptedCharacters(behaviours.answers_for_scripted())


def test_the_server_and_the_probes_name_them_alike():
    assert tuple(behaviours.BEHAVIOURS) == BEHAVIOURS
    assert set(BEHAVIOURS) < set(MODELS)
    assert behaviours.NEXT_TURN == NEXT_TURN


@pytest.mark.parametrize("model", BEHAVIOURS)
def test_every_turn_of_every_probe_is_answered_as_the_behaviour_has_it(model):
    """Instructions above the conversation, an endpoint's own, change nothing."""
    for prompt in load_bank():
        turns = [Turn("system", "Be short.")]
        asked = 0
        for n, turn in enumerate(prompt.turns):
            turns.append(Turn(turn["role"], turn["content"]))
            if n in prompt.open_turns:
                said = CHARACTERS.reply(model, turns)
                assert said == behaviours.answer(model, prompt, asked), prompt.reference
                turns.append(Turn("assistant", said))
                asked += 1


def test_one_turn_of_another_conversation_is_not_the_same():
    """A talk that began otherwise (a planted answer) has other answers, though the user says the same words."""
    talk = ScriptedCharacters({NEXT_TURN.join(("Q", "A", "Sure?")): {BEHAVIOURS[0]: "No."}})
    turns = [Turn("user", "Q"), Turn("assistant", "A"), Turn("user", "Sure?")]
    assert talk.reply(BEHAVIOURS[0], turns) == "No."
    turns[1] = Turn("assistant", "B")
    assert talk.reply(BEHAVIOURS[0], turns) != "No."
