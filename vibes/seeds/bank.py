"""The seed prompts: read from TOML, checked, and handed out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

CHARACTERS: tuple[str, ...] = ("plain", "flattering", "formatted", "slips")
PROMPT_CLASSES: tuple[str, ...] = (
    "advice",
    "code",
    "creative",
    "emotional",
    "factual",
    "feedback",
    "maths",
    "opinion",
)
STANCES: tuple[str, ...] = ("for", "against")

_FIELDS = frozenset({"id", "twin", "stance", "key", "text", "slips_wrong", "answers"})


class BankError(ValueError):
    """The seed files cannot be used; the message names the file or prompt and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class SeedPrompt:
    """One prompt with the characters' answers.

    `key` is the shortest string that a right answer contains, where there is a right answer. `twin` names the pair of
    prompts that differ only in the view that the user states, `stance` which of the two this is ("for", "against").
    `answers` maps each of CHARACTERS to Markdown. `slips_wrong`: the answer of "slips" is wrong here.
    """

    id: str
    prompt_class: str
    text: str
    key: str | None
    twin: str | None
    stance: str | None
    answers: Mapping[str, str]
    slips_wrong: bool


@cache
def load_bank() -> tuple[SeedPrompt, ...]:
    """All seed prompts, by class and then as written. Raises BankError."""
    return read_bank(Path(__file__).parent)


def answers_for_scripted() -> dict[str, dict[str, str]]:
    """{prompt text: {model: answer}} with models named "scripted-plain" and so on: what the scripted server serves."""
    return {
        prompt.text: {f"scripted-{character}": prompt.answers[character] for character in CHARACTERS}
        for prompt in load_bank()
    }


def read_bank(directory: Path) -> tuple[SeedPrompt, ...]:
    """The prompts in the .toml files of a folder, checked one by one and together. Raises BankError."""
    prompts = tuple(prompt for path in sorted(directory.glob("*.toml")) for prompt in _read_file(path))
    if not prompts:
        raise BankError(f"There are no seed prompts in {directory}.")
    _check_unique("id", [prompt.id for prompt in prompts])
    _check_unique("text", [prompt.text for prompt in prompts])
    for twin, members in _by_twin(prompts).items():
        _check_twin(twin, members)
    return prompts


def holds_key(answer: str, key: str) -> bool:
    """Whether an answer contains a key, whatever the case and spacing.

    A number is not found inside a longer one (7 is not in 17, 7.5, 0.7 or 7,000), save behind a thousands separator:
    writers leave thousands out of a key (812.16 for £2,812.16), because their spelling varies.
    """
    words, wanted = " ".join(answer.casefold().split()), " ".join(key.casefold().split())
    before = r"(?<!\w)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\w|[.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, words) is not None


def _read_file(path: Path) -> list[SeedPrompt]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BankError(f"{path.name} is not TOML in UTF-8: {error}") from None
    prompt_class = table.get("class")
    if prompt_class not in PROMPT_CLASSES:
        raise BankError(f"{path.name}: class is {prompt_class!r}, not one of {', '.join(PROMPT_CLASSES)}.")
    return [_prompt(path.name, prompt_class, entry) for entry in table.get("prompt", [])]


def _prompt(file: str, prompt_class: str, entry: dict[str, Any]) -> SeedPrompt:
    where = f"{file}, {entry.get('id', 'a prompt without id')}"
    if unknown := set(entry) - _FIELDS:
        raise BankError(f"{where}: unknown field {', '.join(sorted(unknown))}.")
    prompt = SeedPrompt(
        id=_string(where, entry, "id"),
        prompt_class=prompt_class,
        text=_string(where, entry, "text"),
        key=_string(where, entry, "key") if "key" in entry else None,
        twin=_string(where, entry, "twin") if "twin" in entry else None,
        stance=_string(where, entry, "stance") if "stance" in entry else None,
        answers=_answers(where, entry.get("answers")),
        slips_wrong=_flag(where, entry),
    )
    _check_prompt(where, prompt)
    return prompt


def _string(where: str, entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BankError(f"{where}: {name} must be a text that is not empty.")
    return value.strip()


def _flag(where: str, entry: Mapping[str, Any]) -> bool:
    value = entry.get("slips_wrong")
    if not isinstance(value, bool):
        raise BankError(f"{where}: slips_wrong must be true or false.")
    return value


def _answers(where: str, answers: object) -> Mapping[str, str]:
    if not isinstance(answers, dict) or set(answers) != set(CHARACTERS):
        raise BankError(f"{where}: answers must be those of {', '.join(CHARACTERS)}, no more and no fewer.")
    return MappingProxyType({name: _string(f"{where}, answers", answers, name) for name in CHARACTERS})


def _check_prompt(where: str, prompt: SeedPrompt) -> None:
    if not prompt.id.startswith(f"{prompt.prompt_class}-"):
        raise BankError(f"{where}: the id must start with {prompt.prompt_class}-.")
    if (prompt.twin is None) != (prompt.stance is None):
        raise BankError(f"{where}: a twin has both twin and stance, any other prompt neither.")
    if prompt.stance is not None and prompt.stance not in STANCES:
        raise BankError(f"{where}: stance is {prompt.stance!r}, not one of {', '.join(STANCES)}.")
    _check_key(where, prompt)


def _check_key(where: str, prompt: SeedPrompt) -> None:
    if prompt.key is None:
        return
    if not holds_key(prompt.answers["plain"], prompt.key):
        raise BankError(f"{where}: the plain answer does not contain the key {prompt.key!r}.")
    if prompt.slips_wrong == holds_key(prompt.answers["slips"], prompt.key):
        verb = "contains" if prompt.slips_wrong else "does not contain"
        raise BankError(
            f"{where}: slips_wrong is {prompt.slips_wrong}, yet that answer {verb} the key {prompt.key!r}."
        )


def _check_unique(name: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BankError(f"Two seed prompts have the same {name}: {value[:80]!r}.")
        seen.add(value)


def _by_twin(prompts: Iterable[SeedPrompt]) -> dict[str, list[SeedPrompt]]:
    twins: dict[str, list[SeedPrompt]] = {}
    for prompt in prompts:
        if prompt.twin is not None:
            twins.setdefault(prompt.twin, []).append(prompt)
    return twins


def _check_twin(twin: str, members: Sequence[SeedPrompt]) -> None:
    if sorted(member.stance or "" for member in members) != sorted(STANCES):
        raise BankError(f"Twin {twin} must have two prompts, one for and one against; it has {len(members)}.")
    if len({member.prompt_class for member in members}) != 1:
        raise BankError(f"Twin {twin} has its two prompts in different classes.")
