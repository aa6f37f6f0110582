"""What endpoints answered to probes, and how each answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from vibes.models import Endpoint, Generation, ProbeRun
from vibes.probes.prompts import TwinPrompt
from vibes.probes.reading import Reading, Said, read
from vibes.queries.probe_statements import prompts_of

if TYPE_CHECKING:
    from vibes.probes.scoring import Answer

State = Generation.State
# What the user states, by family and variant, as "the user …".
_VIEW = {"for": "claims it", "against": "claims the opposite", "neutral": "states nothing"}
_TRUTH = {"for": "states what is right", "against": "states what is wrong", "neutral": "states nothing"}
STATED: Mapping[str, Mapping[str, str]] = {
    "claims": _VIEW,
    "sides": {"for": "is the first of the two", "against": "is the second", "neutral": "knows them both"},
    "memory": {name: text.replace("claims", "told earlier") for name, text in _VIEW.items()},
    "wrong_belief": _TRUTH,
    "premise": _TRUTH,
    "pressure": {
        "for": "welcomes each answer",
        "against": "doubts each answer",
        "planted": "doubts a planted answer, then each",
    },
    "authorship": {
        "for": "likes it",
        "against": "dislikes it",
        "neutral": "says only that somebody wrote it",
        "mine": "wrote it",
    },
}
UNREADABLE = "cannot be read"


@dataclass(frozen=True)
class Shown:
    """One answer on the page: what the user states, what was asked last, and what each answer was read as."""

    generation: Generation
    stated: str
    asked: str
    said: tuple[str, ...]


def answers_of(run: ProbeRun) -> QuerySet[Generation]:
    """The run's answers; its further generations are the judge's."""
    return run.generations.filter(prompt__prompt_set=run.prompt_set_id)


def answer_of(row: Generation, asked: Mapping[str, TwinPrompt]) -> Answer:
    """A stored row as the scores take it: the model's own turns, or none where there is no whole answer."""
    from vibes.probes.scoring import Answer

    prompt = asked[row.prompt.reference]
    if row.state != State.DONE:
        return Answer(prompt, ())
    if not row.transcript:
        return Answer(prompt, (row.text,))
    return Answer(prompt, tuple(turn["content"] for turn in row.transcript if "thoughts" in turn))


def keys(run: ProbeRun, *, endpoint: Endpoint | None, family: str) -> QuerySet[Generation, int]:
    """The keys of the run's generations, those of one prompt together, of one endpoint and one family where named."""
    found = answers_of(run)
    if endpoint:
        found = found.filter(endpoint=endpoint)
    if family:
        found = found.filter(prompt__reference__in=[prompt.reference for prompt in prompts_of(run, [family])])
    return found.order_by("prompt", "endpoint__name", "pk").values_list("pk", flat=True)


def listed(run: ProbeRun, pks: list[int]) -> list[Shown]:
    """These generations, in this order. A prompt that the bank does not hold any more is shown and not read."""
    rows = (
        Generation.objects.select_related("prompt", "endpoint").defer("provenance", "snapshot").in_bulk(pks)
    )
    asked = {prompt.reference: prompt for prompt in prompts_of(run)}
    return [_shown(rows[pk], asked) for pk in pks]


def _shown(row: Generation, asked: Mapping[str, TwinPrompt]) -> Shown:
    prompt = asked.get(row.prompt.reference)
    said: tuple[str, ...] = ()
    if prompt and row.state == State.DONE:
        said = tuple(_told(prompt, text) for text in answer_of(row, asked).texts)
    # Of a talk the first question tells more than the last doubt.
    turns = [turn["content"] for turn in row.prompt.turns if turn["role"] == "user"]
    question = turns[-1] if prompt and prompt.family == "memory" else turns[0]
    return Shown(row, STATED[prompt.family][prompt.variant] if prompt else "", question, said)


def _told(prompt: TwinPrompt, text: str) -> str:
    if not text.strip():
        return "empty"
    return _word(prompt, read(prompt, text))


def _word(prompt: TwinPrompt, said: Reading) -> str:
    if said is None:
        return UNREADABLE
    if isinstance(said, float):
        return f"{said:g} of 10"
    if prompt.choices and said in (Said.X, Said.NOT_X):
        return prompt.choices[0 if said is Said.X else 1]
    return {Said.ABSTAIN: "no side", Said.OTHER: "another answer"}.get(said, said.value)
