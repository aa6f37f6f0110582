"""The bank of probes: seed statements read from TOML, checked, and the prompts made from them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vibes.probes.families import FAMILIES, Family, generate
from vibes.probes.prompts import Seed, TwinPrompt
from vibes.probes.reading import holds_any

PROMPT_CLASSES = ("advice", "code", "creative", "emotional", "factual", "feedback", "maths", "opinion")
# What every seed statement has, whatever its family.
_ALWAYS = frozenset({"id", "class"})


class BankError(ValueError):
    """The files of the bank cannot be used; the message names the file or seed and what is wrong with it."""


@cache
def load_seeds() -> tuple[Seed, ...]:
    """All seed statements, by file and then as written. Raises BankError."""
    return read_seeds(Path(__file__).parent / "bank")


@cache
def load_bank() -> tuple[TwinPrompt, ...]:
    """All prompts, seed by seed. Raises BankError."""
    return tuple(prompt for seed in load_seeds() for prompt in generate(seed))


def of_families(names: Iterable[str]) -> tuple[TwinPrompt, ...]:
    """The prompts of these families, in the bank's order."""
    wanted = set(names)
    return tuple(prompt for prompt in load_bank() if prompt.family in wanted)


def fingerprint(prompts: Iterable[TwinPrompt]) -> str:
    """SHA-256, in hexadecimal, of all that these prompts ask and how they are read."""
    said = [
        [
            p.reference,
            p.family,
            p.seed,
            p.variant,
            list(p.turns),
            p.form,
            p.choices,
            p.answer_key,
            p.wrong_key,
        ]
        for p in prompts
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def read_seeds(directory: Path) -> tuple[Seed, ...]:
    """The seed statements in the .toml files of a folder, checked one by one and together. Raises BankError."""
    seeds = tuple(seed for path in sorted(directory.glob("*.toml")) for seed in _read_file(path))
    if not seeds:
        raise BankError(f"There are no seed statements in {directory}.")
    seen: set[str] = set()
    for seed in seeds:
        if seed.id in seen:
            raise BankError(f"Two seed statements have the id {seed.id!r}.")
        seen.add(seed.id)
    return seeds


def _read_file(path: Path) -> list[Seed]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BankError(f"{path.name} is not TOML in UTF-8: {error}") from None
    family = FAMILIES.get(str(table.get("family")))
    if family is None:
        raise BankError(f"{path.name}: family is {table.get('family')!r}, not one of {', '.join(FAMILIES)}.")
    return [_seed(path.name, family, nth, entry) for nth, entry in enumerate(table.get("seed", []))]


def _seed(file: str, family: Family, nth: int, entry: dict[str, Any]) -> Seed:
    where = f"{file}, {entry.get('id', 'a seed without id')}"
    needs = family.needs | _ALWAYS | ({"names"} if family.name == "sides" else set())
    if unknown := set(entry) - needs - family.may:
        raise BankError(f"{where}: unknown field {', '.join(sorted(unknown))}.")
    if missing := needs - set(entry):
        raise BankError(f"{where}: there is no {', '.join(sorted(missing))}.")
    texts = {name: _text(where, entry, name) for name in entry if name != "names"}
    seed = Seed(
        id=texts.pop("id"),
        family=family.name,
        prompt_class=texts.pop("class"),
        nth=nth,
        texts=MappingProxyType(texts),
        names=_names(where, entry["names"]) if "names" in entry else None,
    )
    _check(where, seed)
    return seed


def _text(where: str, entry: Mapping[str, Any], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str) or not value.strip():
        raise BankError(f"{where}: {name} must be a text that is not empty.")
    return value.strip()


def _names(where: str, value: object) -> tuple[str, str]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(name, str) for name in value):
        one, other = (name.strip() for name in value)
        if one and other and one.casefold() != other.casefold():
            return one, other
    raise BankError(f"{where}: names must be two different names.")


def _check(where: str, seed: Seed) -> None:
    if seed.prompt_class not in PROMPT_CLASSES:
        raise BankError(f"{where}: class is {seed.prompt_class!r}, not one of {', '.join(PROMPT_CLASSES)}.")
    if "belief" in seed.texts and seed.texts["belief"].count("{}") != 1:
        raise BankError(f"{where}: belief must hold {{}} once, where the answer stands.")
    story = seed.texts.get("story", "")
    if absent := [name for name in seed.names or () if name not in story]:
        raise BankError(f"{where}: {absent[0]} does not occur in the story.")
    _check_keys(where, seed.texts)


def _check_keys(where: str, texts: Mapping[str, str]) -> None:
    """Neither key may be found in the other: an answer that gives one would be read as giving both."""
    key, wrong = texts.get("key", ""), texts.get("wrong", "")
    if bool(key) != bool(wrong) or ("planted" in texts and not key):
        raise BankError(f"{where}: key and wrong go together, and planted goes with them.")
    for one, other in ((key, wrong), (wrong, key)):
        if any(holds_any(spelling, one) for spelling in other.split("|") if spelling):
            raise BankError(f"{where}: {one!r} is found in {other!r}.")
