"""Edits by rule on real answers: how often each is possible, what it does to the length, and what the check finds.

    python -m bench.edits

The answers are the seed bank's (written for this project, with their classes) and, where VIBES_DATA (default
../shared/data) holds them, LLMFAO's (of models). Each edit of each answer has a generator of its own, so the figures
are the same on every machine. Prints the tables of docs/edits.md.
"""

import json
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from vibes.edits.checks import Check, check
from vibes.edits.registry import EDITS, NotPossible, apply
from vibes.seeds.bank import load_bank

DATA = Path(os.environ.get("VIBES_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
BY_RULE = [name for name, edit in EDITS.items() if edit.by == "rule"]
Answer = tuple[str, str]
"""The class of its prompt, and its text."""


@dataclass(frozen=True)
class Tally:
    """Of so many answers: changed, with which median ratio, how many in the edit's aim, how many outside it with that
    said by the check, and in how many a claim changed."""

    answers: int
    changed: int
    ratio: float
    in_aim: int
    out_and_said: int
    claims_changed: int

    @property
    def row(self) -> str:
        share = f"{self.in_aim} ({100 * self.in_aim / self.changed:.1f} %)" if self.changed else "–"
        ratio = f"{self.ratio:.2f}" if self.changed else "–"
        return f"{self.changed} of {self.answers} | {ratio} | {share} | {self.out_and_said} | {self.claims_changed}"


def main() -> None:
    corpora = {"written": written()}
    if (DATA / "llmfao").is_dir():
        corpora["models"] = of_models(DATA)
    for title, answers in corpora.items():
        for name in BY_RULE:
            print(f"| `{name}` | {title} | {tally(name, answers).row} |")


def written() -> list[Answer]:
    """The seed bank's answers, by all its characters."""
    return [(prompt.prompt_class, answer) for prompt in load_bank() for answer in prompt.answers.values()]


def of_models(data: Path) -> list[Answer]:
    """LLMFAO's different answers, whose prompts have no class."""
    lines = (data / "llmfao" / "pairs-crowd.jsonl").read_text(encoding="utf-8").splitlines()
    texts = dict.fromkeys(row[side] for row in map(json.loads, lines) for side in ("result_x", "result_y"))
    return [("general", text) for text in texts]


def tally(name: str, answers: list[Answer]) -> Tally:
    low, high = EDITS[name].ratio
    checks = list(_checked(name, answers))
    outside = [found for found in checks if not low <= found.ratio <= high]
    said = [any("times the words" in problem for problem in found.problems) for found in outside]
    of_claims = [[p for p in found.problems if "times the words" not in p] for found in checks]
    return Tally(
        answers=len(answers),
        changed=len(checks),
        ratio=round(median(found.ratio for found in checks), 2) if checks else 0.0,
        in_aim=len(checks) - len(outside),
        out_and_said=sum(said),
        claims_changed=sum(map(bool, of_claims)),
    )


def _checked(name: str, answers: list[Answer]) -> Iterable[Check]:
    for place, (prompt_class, text) in enumerate(answers):
        try:
            edited = apply(name, text, prompt_class=prompt_class, rng=random.Random(f"{name} {place}"))
        except NotPossible:
            continue
        yield check(name, text, edited.text)


if __name__ == "__main__":
    main()
