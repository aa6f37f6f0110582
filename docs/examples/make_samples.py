"""Makes samples.csv beside this file: twelve simulated samples of each model to each prompt, with planted truths.

Run it as `python -m docs.examples.make_samples` from the root of the repository. Same seed, same bytes. Models and prompts
are those of make_examples.py, so that `analyze docs/examples/judgements.csv --samples docs/examples/samples.csv` has both.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.examples.make_examples import BANK
from vibes.datasets.sample_files import SAMPLE_COLUMNS

SEED = 20261123
SAMPLES = 12
# Of every five prompts of the bank three are easy: every model is always right. The others are wrong with a chance in HARD.
HARD = (0.2, 0.7)


@dataclass(frozen=True)
class Sampled:
    """`bend`: what gold loses by the square of a score above the mean, 0 where nothing turns. `wrong`: times as often
    wrong. `thinks`: reasoning tokens on an easy prompt and on the most difficult one, None where it reports none.
    `usd`: price of a million tokens. `benchmark`: its evals.
    """

    name: str
    bend: float
    wrong: float
    thinks: tuple[float, float] | None
    usd: float
    benchmark: float


MODELS = (
    Sampled("amber-7b", 0.55, 1.1, None, 0.2, 61.0),
    Sampled("basalt-9b", 0.1, 0.8, (40.0, 1800.0), 0.5, 78.0),
    Sampled("cedar-12b", 0.0, 0.7, (1500.0, 1900.0), 0.9, 74.0),
    Sampled("dune-1b", 0.35, 1.4, None, 0.05, 42.0),
)


def rows() -> Iterator[dict[str, object]]:
    """Every sample: gold = 0.6·score − bend·(score above 0)² + noise, praise grows with the score."""
    rng = random.Random(SEED)
    for place, (_, prompt_id, *_) in enumerate(BANK):
        chance = 0.0 if place % 5 < 3 else rng.uniform(*HARD)
        level = rng.gauss(0.0, 0.5)
        for model in MODELS:
            for number in range(1, SAMPLES + 1):
                yield sample(model, prompt_id, number, chance, level, rng)


def sample(
    model: Sampled, prompt_id: str, number: int, chance: float, level: float, rng: random.Random
) -> dict[str, object]:
    score = rng.gauss(0.0, 1.0)
    gold = level + 0.6 * score - model.bend * max(score, 0.0) ** 2 + rng.gauss(0.0, 0.3)
    visible = round(rng.lognormvariate(4.6, 0.2) * (1.0 + 0.1 * score))
    thought = round(_thought(model, chance) * rng.lognormvariate(0.0, 0.15)) if model.thinks else None
    return {
        "prompt_id": prompt_id,
        "model": model.name,
        "sample": number,
        "score": round(score, 3),
        "gold": round(gold, 3),
        "correct": rng.random() >= min(1.0, chance * model.wrong),
        "reasoning_tokens": thought,
        "visible_tokens": visible,
        "price": round((visible + (thought or 0)) * model.usd / 1e6, 8),
        "eval": model.benchmark,
        "praise": max(0, round(1.0 + score + rng.gauss(0.0, 0.5))),
    }


def _thought(model: Sampled, chance: float) -> float:
    easy, hard = model.thinks or (0.0, 0.0)
    return easy + (hard - easy) * chance / HARD[1]


def write(folder: Path) -> None:
    """Write the file into the folder."""
    made = list(rows())
    names = [name for name in SAMPLE_COLUMNS if name in made[0]]
    with (folder / "samples.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*names, "praise"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "correct": str(row["correct"]).lower()} for row in made)


if __name__ == "__main__":
    write(Path(__file__).parent)
