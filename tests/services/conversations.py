"""Prompts at which the user goes on, and their answers."""

from collections.abc import Sequence

from tests.services import desk
from vibes.datasets.prompt_files import PromptRow
from vibes.models import Generation, Prompt
from vibes.providers.base import Reply, Usage
from vibes.services import prompts
from vibes.services.generations.conversation import Talk

PUSHED = ("What is the capital of Australia?", "Are you sure?")


def pushed(texts: Sequence[str] = PUSHED, key: str = "") -> list[Prompt]:
    """One prompt whose user says these texts, one after the other."""
    turns = tuple({"role": "user", "content": text} for text in texts)
    row = PromptRow(reference="pushed", turns=turns, prompt_class="factual", answer_key=key)
    return list(prompts.store(by=desk.lead(), name="pushes", rows=[row]).prompts.all())


def reply(text: str, thoughts: str = "") -> Reply:
    return Reply(text, thoughts, "stop", Usage(), "m", 0.1, {})


def answer(generation: Generation, *texts: str) -> None:
    """Stores these answers, one for each open turn."""
    talk = Talk.of(generation)
    for text in texts:
        talk.answer(reply(text, f"thoughts of {text}"))
    assert talk.request() is None
    assert talk.reply is not None
    generation.transcript = talk.transcript
    generation.text, generation.thoughts = talk.reply.text, talk.reply.thoughts
    generation.state = Generation.State.DONE
    generation.save()
