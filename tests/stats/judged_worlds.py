"""A judge and people on the same matchups, by planted log-odds: quality, the cue, and what stood first."""

from dataclasses import dataclass

import numpy as np

from vibes.stats.frames import JudgementFrame

JUDGE = "judge"
ARMS = (0, 1, -1)


@dataclass(frozen=True)
class World:
    """Log-odds of the side with the cue, for people and for the judge; `position`: of what the judge is shown first;
    `quality`: SD of the gap that both see; `noise`: SD of what the judge sees and people do not."""

    matchups: int = 120
    people: int = 40
    votes: int = 3
    cue_people: float = 0.3
    cue_judge: float = 0.3
    position: float = 0.0
    quality: float = 2.0
    noise: float = 0.3
    sharpness: float = 4.0
    ties: float = 0.3


def columns(world: World, seed: int, *, orders: tuple[bool, ...] = (True, False)) -> dict[str, list[object]]:
    """People judge each variant of each matchup `votes` times, one variant a rater; the judge judges all in `orders`."""
    rng = np.random.default_rng(seed)
    gap = rng.normal(0.0, world.quality, world.matchups)
    own = gap + rng.normal(0.0, world.noise, world.matchups)
    rows: list[tuple[object, ...]] = []
    for matchup in range(world.matchups):
        raters = rng.permutation(world.people)
        for place, arm in enumerate(ARMS):
            for k in range(world.votes):
                left = bool(rng.integers(2))
                eta = gap[matchup] + world.cue_people * arm
                rater = f"person-{raters[place * world.votes + k]}"
                rows.append((matchup, arm, rater, "person", left, _verdict(rng, eta, world.ties)))
            for left in orders:
                eta = world.sharpness * (own[matchup] + world.cue_judge * arm)
                eta += world.sharpness * world.position * (1 if left else -1)
                rows.append((matchup, arm, JUDGE, "machine", left, _verdict(rng, eta, world.ties)))
    return _columns(rows)


def frame(world: World, seed: int, **more: tuple[bool, ...]) -> JudgementFrame:
    return JudgementFrame.from_columns(columns(world, seed, **more))


def _verdict(rng: np.random.Generator, eta: float, ties: float) -> str:
    felt = eta + rng.logistic()
    return "tie" if abs(felt) < ties else "a" if felt > 0 else "b"


def _columns(rows: list[tuple[object, ...]]) -> dict[str, list[object]]:
    matchup, arm, rater, kind, left, verdict = (list(column) for column in zip(*rows, strict=True))
    return {
        "prompt_id": [f"p{m}" for m in matchup],
        "matchup": [f"m{m}" for m in matchup],
        "model_a": ["one"] * len(rows),
        "model_b": ["two"] * len(rows),
        "cue": ["praise_opener" if a else "" for a in arm],
        "cue_on": [{0: "", 1: "a", -1: "b"}[int(str(a))] for a in arm],
        "rater": rater,
        "rater_kind": kind,
        "a_is_left": left,
        "verdict": verdict,
    }


def relabelled(table: dict[str, list[object]], rows: set[int]) -> dict[str, list[object]]:
    """The same votes with A called B in these rows."""
    swap = {"a": "b", "b": "a"}
    found = {name: list(values) for name, values in table.items()}
    for row in rows:
        found["model_a"][row], found["model_b"][row] = table["model_b"][row], table["model_a"][row]
        found["a_is_left"][row] = not table["a_is_left"][row]
        for name in ("verdict", "cue_on"):
            found[name][row] = swap.get(str(table[name][row]), table[name][row])
    return found
