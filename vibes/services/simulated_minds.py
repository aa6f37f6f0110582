"""What a simulated rater makes of two answers: log-odds for the left one, from planted biases."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from math import exp, log, tanh

from annotations.assigning import Side, derived_seed
from annotations.verdicts import Verdict
from vibes.features import registry as features
from vibes.seeds.bank import holds_key

# Tastes that differ from rater to rater.
PERSONAL = ("praise", "lists", "length", "cue")
MARKS = (1, 5)


@dataclass(frozen=True)
class Planted:
    """Biases in log-odds: per reference SD of the difference for texts, per answer for the rest.

    `cue`, and of it `cue_near_ties` only where the answers are about equally good (by c of the gap, as T2 is defined) and
    `cue_own` only on the rater's own prompts: for the side that carries a study's planted edit. `quality`: SD of a worth of
    each answer, of which `quality_with_praise` goes with its praise. `halo`: how much better a side is rated for each mark
    of flattery, though it is no better.
    """

    praise: float = 0.8
    praise_when_undecided: float = 0.4
    lists: float = 0.4
    length: float = 0.15
    correct: float = 1.5
    left: float = 0.1
    tie_threshold: float = 0.7
    spread: float = 0.3
    cue: float = 0.0
    cue_near_ties: float = 0.0
    cue_own: float = 0.0
    quality: float = 0.0
    quality_with_praise: float = 0.0
    halo: float = 0.0

    @property
    def marks_worth(self) -> bool:
        """Whether the answers are worth something to be marked; else a simulated rater says no more than verdict and lean."""
        return bool(self.quality or self.quality_with_praise or self.halo)

    def personal(self, rng: random.Random) -> "Planted":
        """Tastes differ from rater to rater by a normal draw of SD `spread`, where there is any; thresholds by a log-normal
        one."""
        moved = {
            name: value + rng.gauss(0, self.spread)
            for name, value in asdict(self).items()
            if name in PERSONAL and value
        }
        return replace(self, **moved, tie_threshold=self.tie_threshold * exp(rng.gauss(0, self.spread)))


@dataclass(frozen=True)
class Answer:
    """One side. `original` is what the model wrote, where `text` is an edit of it that carries the cue."""

    text: str
    original: str
    cued: bool = False


@dataclass(frozen=True)
class Look:
    """What lies before a rater: the answers left and right, the prompt's answer key, whether it is the rater's own."""

    left: Answer
    right: Answer
    key: str = ""
    own: bool = False
    # Of the crowd: an answer is worth the same to all of its raters.
    seed: int = 0

    @property
    def both(self) -> tuple[Answer, Answer]:
        return self.left, self.right


@dataclass(frozen=True)
class Felt:
    """As clicked: "a" is the left column. `marks`: of quality and flattery, left and right."""

    verdict: str
    lean: Side
    marks: tuple[dict[str, int], dict[str, int]]


def feel(look: Look, planted: Planted, rng: random.Random, *, both_bad: bool) -> Felt:
    right_answers = [not look.key or holds_key(answer.text, look.key) for answer in look.both]
    worth = [_worth(answer, look.seed, planted) for answer in look.both]
    gap = (
        _taste((look.left.text, look.right.text), planted)
        + planted.correct * (right_answers[0] - right_answers[1])
        + worth[0]
        - worth[1]
    )
    felt = gap + planted.left + _pull(look, planted, gap) + _logistic(rng)
    # The lean is the same feeling, with what undecided people alone fall for.
    lean = _side(
        felt + planted.praise_when_undecided * _difference([one.text for one in look.both], "praise")
    )
    marks = tuple(_marks(answer, value, planted, rng) for answer, value in zip(look.both, worth, strict=True))
    if not any(right_answers) and both_bad and rng.random() < 0.5:
        return Felt(Verdict.BOTH_BAD, lean, (marks[0], marks[1]))
    verdict = Verdict.TIE if abs(felt) < planted.tie_threshold else Verdict(_side(felt))
    return Felt(verdict, lean, (marks[0], marks[1]))


def _pull(look: Look, planted: Planted, gap: float) -> float:
    """What the cue alone adds for the left side."""
    v = int(look.left.cued) - int(look.right.cued)
    closeness = 1 - abs(tanh(gap / 2))
    return v * (planted.cue + planted.cue_near_ties * closeness + planted.cue_own * look.own)


def _taste(texts: Sequence[str], planted: Planted) -> float:
    return (
        planted.praise * _difference(texts, "praise")
        + planted.lists * _difference(texts, "list_items")
        + planted.length * _difference(texts, "length_words")
    )


def _worth(answer: Answer, seed: int, planted: Planted) -> float:
    """What the answer is worth, its edits aside: half of the variance of a difference comes from each of two."""
    if not planted.quality and not planted.quality_with_praise:
        return 0.0
    drawn = random.Random(derived_seed(seed, "worth", answer.original)).gauss(0, 1)
    praise = min(_counts(answer.original)["praise"], 2.0)
    return planted.quality * drawn + planted.quality_with_praise * praise


def _marks(answer: Answer, worth: float, planted: Planted, rng: random.Random) -> dict[str, int]:
    """Quality as felt, its halo included, and flattery as seen."""
    flattery = min(_counts(answer.text)["praise"], 2.0) + answer.cued
    return {
        "quality": _mark(3 + worth + planted.halo * flattery + rng.gauss(0, 0.7)),
        "flattery": _mark(1.5 + flattery + rng.gauss(0, 0.5)),
    }


def _mark(value: float) -> int:
    least, most = MARKS
    return max(least, min(most, round(value)))


def _side(value: float) -> Side:
    return "a" if value > 0 else "b"


def _difference(texts: Sequence[str], name: str) -> float:
    """(left − right)/(left + right) in reference SDs; 0 where both are 0."""
    left, right = (_counts(text)[name] for text in texts)
    return (
        0.0 if left + right == 0 else (left - right) / (left + right) / features.FEATURES[name].reference_sd
    )


@lru_cache(maxsize=5_000)
def _counts(text: str) -> dict[str, float]:
    return features.measure(text)


def _logistic(rng: random.Random) -> float:
    share = rng.random()
    return log(share / (1 - share))
