"""The bank of probes: seed statements read from TOML, checked, and the prompts made from them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vibes.probes.families import FAMILIES, Family, generate
from vibes.probes.prompts import Seed, TwinPrompt
from vibes.probes.reading import Said, holds_any, read_choice

PROMPT_CLASSES = ("advice", "code", "creative", "emotional", "factual", "feedback", "maths", "opinion")
# What every seed statement has, whatever its family.
_ALWAYS = frozenset({"id", "class"})
# In characters, and what columns hold.
LONGEST_TEXT = 20_000
_LONGEST = {"id": 80, "class": 40, "key": 200, "wrong": 200}


class BankError(ValueError):
    """The files of the bank cannot be used; the message names the file or seed and what is wrong with it."""


@cache
def load_seeds() -> tuple[Seed, ...]:
    """All seed statements, by file and then as written. Raises BankError."""
    return read_seeds(Path(__file__).parent / "bank")


@cache
def load_bank() -> tuple[TwinPrompt, ...]:
    """All prompts, seed by seed. Raises BankError."""
    return prompts_of(load_seeds())


def of_families(names: Iterable[str], bank: Iterable[TwinPrompt] | None = None) -> tuple[TwinPrompt, ...]:
    """The prompts of these families, in their order; of the bank that comes with Vibes where none is given."""
    wanted = set(names)
    return tuple(prompt for prompt in (load_bank() if bank is None else bank) if prompt.family in wanted)


def prompts_of(seeds: Iterable[Seed]) -> tuple[TwinPrompt, ...]:
    """The prompts of all variants of these statements."""
    return tuple(prompt for seed in seeds for prompt in generate(seed))


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
    entries = [entry for path in sorted(directory.glob("*.toml")) for entry in _read_file(path)]
    if not entries:
        raise BankError(f"There are no seed statements in {directory}.")
    return seeds_of(entries)


def seeds_of(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Seed, ...]:
    """Seed statements from (where it stands, its fields, `family` among them), in their order.

    Raises BankError, with a line for each statement that cannot be used.
    """
    seeds: list[Seed] = []
    faults: list[str] = []
    seen: set[str] = set()
    places: Counter[str] = Counter()
    for where, entry in entries:
        try:
            family = _family(where, entry)
            seed = _seed(where, family, places[family.name], entry)
            if seed.id in seen:
                raise BankError(f"{where}: two seed statements have the id {seed.id!r}.")
        except BankError as error:
            faults.append(str(error))
            continue
        places[family.name] += 1
        seen.add(seed.id)
        seeds.append(seed)
    if faults:
        raise BankError("\n".join(faults))
    return tuple(seeds)


def _read_file(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BankError(f"{path.name} is not TOML in UTF-8: {error}") from None
    family = str(table.get("family"))
    if family not in FAMILIES:
        raise BankError(f"{path.name}: family is {table.get('family')!r}, not one of {', '.join(FAMILIES)}.")
    return [
        (f"{path.name}, {entry.get('id', 'a seed without id')}", {**entry, "family": family})
        for entry in table.get("seed", [])
    ]


def _family(where: str, entry: Mapping[str, Any]) -> Family:
    family = FAMILIES.get(str(entry.get("family")))
    if family is None:
        raise BankError(f"{where}: family is {entry.get('family')!r}, not one of {', '.join(FAMILIES)}.")
    return family


def fields_of(family: Family) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that every statement of a family has, and those that it may have."""
    return family.needs | _ALWAYS | ({"names"} if family.name == "sides" else set()), family.may


def _seed(where: str, family: Family, nth: int, entry: Mapping[str, Any]) -> Seed:
    needs, may = fields_of(family)
    if unknown := set(entry) - needs - may - {"family"}:
        raise BankError(f"{where}: unknown field {', '.join(sorted(unknown))}.")
    if missing := needs - set(entry):
        raise BankError(f"{where}: there is no {', '.join(sorted(missing))}.")
    texts = {name: _text(where, entry, name) for name in entry if name not in ("names", "family")}
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
    if len(text := value.strip()) > (longest := _LONGEST.get(name, LONGEST_TEXT)):
        raise BankError(f"{where}: {name} has {len(text):,} characters, more than {longest:,}.")
    return text


def _names(where: str, value: object) -> tuple[str, str]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(name, str) for name in value):
        one, other = (name.strip() for name in value)
        # An answer begins with one of them, so neither may begin with the other.
        if [read_choice(name, (one, other)) for name in (one, other)] == [Said.X, Said.NOT_X]:
            return one, other
    raise BankError(f"{where}: names must be two different names, and neither may begin with the other.")


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
    if any(not spelling.strip() for spelling in f"{key or 'x'}|{wrong or 'x'}".split("|")):
        raise BankError(f"{where}: between two | of key and wrong stands a spelling.")
    for one, other in ((key, wrong), (wrong, key)):
        if any(holds_any(spelling, one) for spelling in other.split("|") if spelling):
            raise BankError(f"{where}: {one!r} is found in {other!r}.")
