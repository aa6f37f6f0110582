"""Cued studies whose truth is known: matchups with a gap, variants dealt in balanced blocks, raters with taste.

η = g_m + π s + v (β_r + T2·c(g_m)) in log-odds, + favours A; g_m = θ_a − θ_b + γ x_lists + β_s x_tone + σ z_m,
c(g) = 1 − |tanh(g/2)|, β_r = β + taste. Verdict a or b beyond ±τ_r, else a tie. The models, the gap law and how busy
each rater is stay fixed from seed to seed; matchups, raters' tastes and votes are drawn anew.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from vibes.stats.columns import Labels, compact
from vibes.stats.frames import PURPOSES, JudgementFrame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Columns = dict[str, list[object]]

CUE = "praise_added"
CLASSES = ("advice", "code", "opinion")
PLANTED = np.array([0, 1, -1])
"""v of the variants A·B, A+cue·B, A·B+cue, in the order of `votes`."""


@dataclass(frozen=True)
class CuedWorld:
    """A design and its truth; effects in log-odds.

    `votes`: votes a matchup on A·B, A+cue·B, A·B+cue. `heavy`: SD of the log of how much each rater votes. `gap_sd`:
    σ of the matchup's own gap; `gap_law` normal, or mixed (half the matchups at σ/2, half at 1.5 σ). `beta`, `t2`: the
    cue far from a tie, and what a tie adds. `lean_beta`: what undecided raters lean to the cue beyond that. `taste_sd`: SD of personal
    β; `taste_with_ties`: its correlation with log thresholds. `clicks`: share of votes at random. `noise_sd`: SD of the log
    of a rater's noise. `tone`, `lists`: effects of the natural differences x_tone and x_lists. `correlation`: of tone with
    the quality of the same answer. `halo`: what one unit of flattery (cue or tone) adds to a rating of quality.
    `authored`: share of matchups that one of their raters wrote; `authored_beta`: what the cue gains there.
    `class_beta`: what it gains in each class of prompt. `both_bad`, `no_lean`: shares of votes, of ties without a lean.
    `mixed_order`: half the rows list the models the other way round. `blocks`: variants in balanced blocks within matchup
    and rater; else each vote's variant is drawn by itself.
    """

    matchups: int = 714
    votes: tuple[int, int, int] = (1, 3, 3)
    models: int = 6
    theta_sd: float = 0.5
    raters: int = 60
    heavy: float = 0.0
    gap_sd: float = 1.0
    gap_law: str = "normal"
    position: float = 0.15
    tie: float = 0.6
    tie_sd: float = 0.5
    beta: float = 0.0
    t2: float = 0.0
    lean_beta: float = 0.0
    taste_sd: float = 0.0
    taste_with_ties: float = 0.0
    clicks: float = 0.0
    noise_sd: float = 0.0
    tone: float = 0.0
    lists: float = 0.0
    correlation: float = 0.0
    halo: float = 0.0
    authored: float = 0.0
    authored_beta: float = 0.0
    class_beta: tuple[float, float, float] = (0.0, 0.0, 0.0)
    both_bad: float = 0.0
    no_lean: float = 0.0
    ratings: bool = False
    mixed_order: bool = False
    blocks: bool = True

    def strengths(self) -> FloatArray:
        """θ (models,), mean 0, evenly spread: the same in every study."""
        theta = _normal_quantiles(self.models)
        spread = self.theta_sd / max(float(theta.std()), 1e-9)
        return np.asarray(np.random.default_rng(7).permutation(theta) * spread, dtype=np.float64)

    def judgements(self) -> int:
        return self.matchups * sum(self.votes)


@dataclass(frozen=True, eq=False)
class CuedStudy:
    """One study, n votes: the truth of each row, and what was said. `sign` is +1 for a, −1 for b, 0 for no choice."""

    world: CuedWorld
    matchup: IntArray
    rater: IntArray
    a: IntArray
    b: IntArray
    v: IntArray
    left: BoolArray
    gap: FloatArray
    tone: FloatArray
    lists: FloatArray
    sign: IntArray
    both_bad: BoolArray
    lean: IntArray
    authored: BoolArray
    ratings: dict[str, IntArray]

    def columns(self) -> Columns:
        """The columns of a judgement frame."""
        sides = np.array(["", "a", "b"])
        verdict = np.where(self.both_bad, "both_bad", np.array(["tie", "a", "b"])[self.sign])
        found: dict[str, npt.NDArray[np.generic]] = {
            "prompt_id": _names("p", self.matchup // 2),
            "prompt_class": np.array(CLASSES)[self.matchup // 2 % len(CLASSES)],
            "matchup": _names("u", self.matchup),
            "rater": _names("r", self.rater),
            "model_a": _names("m", self.a),
            "model_b": _names("m", self.b),
            "verdict": verdict,
            "lean": sides[self.lean],
            "a_is_left": self.left,
            "cue": np.where(self.v != 0, CUE, ""),
            "cue_on": sides[self.v],
            "x_tone": self.tone,
            "x_lists": self.lists,
        }
        if self.world.authored:
            found["authored"] = self.authored
        return {name: values.tolist() for name, values in (found | self.ratings).items()}

    def frame(self) -> JudgementFrame:
        """The frame of `columns`, built straight from the codes: a tenth of the time."""
        n, kind, sides = len(self.sign), np.zeros(len(self.sign), dtype=np.int64), ("a", "b")
        verdict = np.where(self.both_bad, 3, np.array([2, 0, 1])[self.sign])
        side = np.array([-1, 0, 1])
        prompt = self.matchup // 2
        labels = {
            "prompt_id": _labels("p", prompt),
            "prompt_class": compact(prompt % len(CLASSES), CLASSES),
            "matchup": _labels("u", self.matchup),
            "rater": _labels("r", self.rater),
            "model_a": Labels(self.a, _named("m", self.world.models)),
            "model_b": Labels(self.b, _named("m", self.world.models)),
            "verdict": Labels(verdict, ("a", "b", "tie", "both_bad")),
            "lean": Labels(side[self.lean], sides),
            "cue": Labels(np.where(self.v != 0, 0, -1), (CUE,)),
            "cue_on": Labels(side[self.v], sides),
            "rater_kind": Labels(kind, ("person", "machine", "simulated")),
            "purpose": Labels(kind, PURPOSES),
        }
        numbers = {"a_is_left": self.left.astype(np.float64), "weight": np.ones(n)}
        numbers |= {"x_tone": self.tone, "x_lists": self.lists}
        numbers |= {name: values.astype(np.float64) for name, values in self.ratings.items()}
        if self.world.authored:
            numbers["authored"] = self.authored.astype(np.float64)
        return JudgementFrame(np.arange(1, n + 1), labels, numbers, {})


def simulate_cued(world: CuedWorld, seed: int | list[int]) -> CuedStudy:
    """Draw one study."""
    rng = np.random.default_rng(seed)
    matchup, rater, v, authored = _deal(world, rng)
    n, theta = len(matchup), world.strengths()
    pair = pairs(world, rng)
    tone, lists = (rng.standard_normal((2, world.matchups)) for _ in range(2))
    answers = quality(world, tone, rng)
    own = answers[0] - answers[1]
    apart = world.tone * (tone[0] - tone[1]) + world.lists * (lists[0] - lists[1])
    gap = (theta[pair[0]] - theta[pair[1]] + own + apart)[matchup]
    beta, tie, noise = people(world, rng)
    left = rng.random(n) < 0.5
    pull = beta[rater] + world.t2 * (1.0 - np.abs(np.tanh(gap / 2.0)))
    pull += world.authored_beta * authored + np.array(world.class_beta)[matchup // 2 % len(CLASSES)]
    latent = gap + world.position * np.where(left, 1.0, -1.0) + v * pull
    latent += noise[rater] * rng.logistic(size=n)
    sign = (latent > tie[rater]).astype(np.int64) - (latent < -tie[rater])
    lean = np.where(latent + world.lean_beta * v > 0.0, 1, -1)
    click = rng.random(n) < world.clicks
    sign[click] = rng.integers(-1, 2, n)[click]
    lean[click] = (2 * rng.integers(0, 2, n) - 1)[click]
    both_bad = rng.random(n) < world.both_bad
    sign[both_bad] = 0
    lean[(sign != 0) | (rng.random(n) < world.no_lean)] = 0
    ratings = _ratings(world, answers[:, matchup], tone[:, matchup], v, rng) if world.ratings else {}
    turn = np.where(rng.random(n) < 0.5, -1, 1) if world.mixed_order else np.ones(n, dtype=np.int64)
    a, b = np.where(turn > 0, pair[:, matchup], pair[::-1, matchup])
    return CuedStudy(
        world,
        matchup,
        rater,
        a,
        b,
        v * turn,
        left == (turn > 0),
        gap * turn,
        turn * (tone[0] - tone[1])[matchup],
        turn * (lists[0] - lists[1])[matchup],
        sign * turn,
        both_bad,
        lean * turn,
        authored,
        ratings if not world.mixed_order else {name: _turned(ratings, name, turn) for name in ratings},
    )


def _turned(ratings: dict[str, IntArray], name: str, turn: IntArray) -> IntArray:
    other = f"{name[:-1]}{'b' if name.endswith('a') else 'a'}"
    return np.where(turn > 0, ratings[name], ratings[other])


def _deal(world: CuedWorld, rng: np.random.Generator) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Balanced blocks: K matchups × K raters in a Latin square, so that each matchup and each rater has every variant.

    K votes a matchup; the K raters of a block are drawn without replacement, the busy ones more often.
    """
    size = sum(world.votes)
    blocks = -(-world.matchups // size)
    busy = world.heavy * _normal_quantiles(world.raters)
    race = busy + rng.gumbel(size=(blocks, world.raters))
    who = np.argpartition(-race, size - 1, axis=1)[:, :size]
    variants = np.repeat(PLANTED, world.votes)
    square = rng.permuted(np.broadcast_to(variants, (blocks, size)), axis=1)
    turn = (np.arange(size)[:, None] + np.arange(size)[None, :]) % size
    v = square[:, turn] if world.blocks else rng.choice(variants, (blocks, size, size))
    wrote = rng.integers(0, size, (blocks, size, 1)) == np.arange(size)
    wrote &= rng.random((blocks, size, 1)) < world.authored
    matchup = np.repeat(np.arange(blocks * size), size)
    kept = matchup < world.matchups
    rater = np.broadcast_to(who[:, None, :], v.shape).reshape(-1)
    return matchup[kept], rater[kept].astype(np.int64), v.reshape(-1)[kept], wrote.reshape(-1)[kept]


def pairs(world: CuedWorld, rng: np.random.Generator) -> IntArray:
    """Two different models for each matchup (2, M)."""
    a = rng.integers(0, world.models, world.matchups)
    b = (a + rng.integers(1, world.models, world.matchups)) % world.models
    return np.stack([a, b])


def quality(world: CuedWorld, tone: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Each answer's quality beyond its model (2, M), tied to its own tone; their difference has SD gap_sd."""
    scale = np.ones(world.matchups)
    if world.gap_law == "mixed":
        scale = rng.choice([0.5, 1.5], world.matchups)
    rest = np.sqrt(1.0 - world.correlation**2)
    own = world.correlation * tone + rest * rng.standard_normal(tone.shape)
    return np.asarray(world.gap_sd / np.sqrt(2.0) * scale * own, dtype=np.float64)


def people(world: CuedWorld, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each rater's β, tie threshold and noise."""
    ties, other, noise = rng.standard_normal((3, world.raters))
    taste = world.taste_with_ties * ties + np.sqrt(1.0 - world.taste_with_ties**2) * other
    tie = world.tie * np.exp(world.tie_sd * ties)
    return world.beta + world.taste_sd * taste, tie, np.exp(world.noise_sd * noise)


def _ratings(
    world: CuedWorld, quality: FloatArray, tone: FloatArray, v: IntArray, rng: np.random.Generator
) -> dict[str, IntArray]:
    """What the rater marks on each side, 1 to 5: quality, with the halo of flattery in it, and flattery."""
    cue = np.stack([v == 1, v == -1]).astype(np.float64)
    flattery = tone + cue
    marks = {
        "quality": 3.0 + quality + world.halo * flattery + 0.5 * rng.standard_normal(tone.shape),
        "sycophancy": 3.0 + flattery + 0.3 * rng.standard_normal(tone.shape),
    }
    rounded = {name: np.clip(np.rint(values), 1, 5).astype(np.int64) for name, values in marks.items()}
    return {f"{name}_{side}": values[k] for name, values in rounded.items() for k, side in enumerate("ab")}


def _normal_quantiles(size: int) -> FloatArray:
    return np.asarray(ndtri((np.arange(size) + 0.5) / size), dtype=np.float64)


def _names(letter: str, codes: IntArray) -> npt.NDArray[np.str_]:
    return np.array(_named(letter, int(codes.max()) + 1))[codes]


def _named(letter: str, size: int) -> tuple[str, ...]:
    return tuple(f"{letter}{code}" for code in range(size))


def _labels(letter: str, codes: IntArray) -> Labels:
    return compact(codes, _named(letter, int(codes.max()) + 1))
