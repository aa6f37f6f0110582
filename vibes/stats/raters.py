"""What each rater did: verdicts, sides, speed, golds, repeats, agreement with the others, and questions for a lead."""

from collections.abc import Mapping

import numpy as np

from annotations.verdicts import Verdict
from vibes.stats import rater_flags
from vibes.stats.alignment import CODES, readings
from vibes.stats.arrays import BoolArray, FloatArray, IntArray, sum_by
from vibes.stats.consistency import Compared, golds, repeats
from vibes.stats.frames import KINDS, JudgementFrame
from vibes.stats.proportions import shown
from vibes.stats.results import Effect, RaterFlag, RaterRow, TieRates


def raters_detail(
    frame: JudgementFrame,
    *,
    everything: JudgementFrame | None = None,
    personal: Mapping[str, Effect] | None = None,
) -> list[RaterRow]:
    """One row a rater of `frame`, the busiest first. Rows count alike, whatever their weight.

    `frame` may hold planted variants: raters are compared on the same variant alone. `everything`: rows of all purposes,
    for golds and repeats; `frame` itself where not given. `personal`: susceptibility by rater's name.
    """
    every = frame if everything is None else everything
    names, rates = frame.rater.names, _tie_rates(frame)
    right, same = _by_rater(every, golds(every), names), _by_rater(every, repeats(every), names)
    gold, consistent, left = shown(*right), shown(*same), shown(*_left(frame))
    others, seconds = with_others(frame), _median(frame, _seconds(frame))
    kinds, flags = _kinds(frame), _flags(frame, seconds, right, same)
    counts, own = _counts(frame), personal or {}
    rows = [
        RaterRow(
            rater=name,
            kind=KINDS[kinds[code]],
            n=int(counts[code]),
            tie_rate=float(rates[code]),
            left=left[code],
            gold=gold[code],
            consistent=consistent[code],
            with_others=_number(others[code]),
            seconds=_number(seconds[code]),
            susceptibility=own.get(name),
            flags=[flag for flag, raised in flags.items() if raised[code]],
        )
        for code, name in enumerate(names)
    ]
    return sorted(rows, key=lambda row: (-row["n"], row["rater"]))


def tie_rates(frame: JudgementFrame) -> TieRates:
    """Median, largest and smallest share of ties over raters, each rater counting once."""
    rates = _tie_rates(frame)
    return TieRates(
        median=float(np.median(rates)), max=float(rates.max()), min=float(rates.min()), raters=len(rates)
    )


def with_others(frame: JudgementFrame) -> FloatArray:
    """For each rater (R,) the mean, over own verdicts, of the share of others' verdicts on the same answers that are equal.

    0 … 1, NaN where nobody else judged the same. Not corrected for chance: one who ties as often as all agree with many.
    """
    found = readings(frame)
    rows = np.flatnonzero(found.told)
    comparison, rater = np.unique(found.comparison[rows], return_inverse=True)[1], frame.rater.codes[rows]
    said = comparison * CODES + found.code[rows]
    raters = len(frame.rater.names)
    own = np.unique(rater * (int(comparison.max(initial=0)) + 1) + comparison, return_inverse=True)[1]
    others = _each(comparison) - _each(own)
    equal = _each(said) - _each(own * CODES + found.code[rows])
    told = others > 0.0
    total = sum_by(rater[told], equal[told] / others[told], raters)
    return _ratio(total, sum_by(rater[told], np.ones(int(told.sum())), raters))


def _each(groups: IntArray) -> FloatArray:
    """How many rows share the group of each row (n,)."""
    return np.bincount(groups).astype(np.float64)[groups] if len(groups) else np.zeros(0)


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    found: FloatArray = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _counts(frame: JudgementFrame) -> IntArray:
    return np.bincount(frame.rater.codes, minlength=len(frame.rater.names))


def _kinds(frame: JudgementFrame) -> IntArray:
    kinds = np.zeros(len(frame.rater.names), dtype=np.int64)
    kinds[frame.rater.codes] = frame.labels["rater_kind"].codes
    return kinds


def _tie_rates(frame: JudgementFrame) -> FloatArray:
    """Ties over all judgements of each rater (R,); both-bad is no tie."""
    ties = np.bincount(frame.rater.codes, frame.is_verdict(Verdict.TIE), len(frame.rater.names))
    rates: FloatArray = ties / _counts(frame)
    return rates


def _left(frame: JudgementFrame) -> tuple[FloatArray, FloatArray]:
    """Choices of the left side and decisive verdicts of each rater (R,); none where sides are unknown."""
    screen, raters = frame.position, len(frame.rater.names)
    if screen is None:
        return np.zeros(raters), np.zeros(raters)
    rows = np.flatnonzero(frame.decisive)
    left = frame.sign[rows] == screen[rows]
    return sum_by(frame.rater.codes[rows], left, raters), sum_by(
        frame.rater.codes[rows], np.ones(len(rows)), raters
    )


def _by_rater(
    every: JudgementFrame, compared: Compared, names: tuple[str, ...]
) -> tuple[FloatArray, FloatArray]:
    """How much of a yardstick each named rater met, of how much (R,); other raters of `every` are left out."""
    places = {name: code for code, name in enumerate(names)}
    known = np.array([places.get(name, len(names)) for name in every.rater.names], dtype=np.int64)
    rater = known[every.rater.codes[compared.rows]]
    met = sum_by(rater, compared.met, len(names) + 1)[:-1]
    return met, sum_by(rater, np.ones(len(rater)), len(names) + 1)[:-1]


def _seconds(frame: JudgementFrame) -> FloatArray:
    return frame.numbers.get("seconds", np.full(len(frame), np.nan))


def _median(frame: JudgementFrame, values: FloatArray) -> FloatArray:
    """The median of each rater's values (R,); NaN cells do not count, NaN where there is none."""
    rows = np.flatnonzero(np.isfinite(values))
    order = rows[np.lexsort((values[rows], frame.rater.codes[rows]))]
    size = np.bincount(frame.rater.codes[rows], minlength=len(frame.rater.names))
    start = np.cumsum(size) - size
    found, some = np.full(len(size), np.nan), size > 0
    low, high = order[(start + (size - 1) // 2)[some]], order[(start + size // 2)[some]]
    found[some] = (values[low] + values[high]) / 2.0
    return found


def _pace(frame: JudgementFrame) -> FloatArray:
    """Seconds a word of both answers (n,), NaN where either is unknown; words by characters, which is quick to count."""
    if "text_a" not in frame.texts:
        return np.full(len(frame), np.nan)
    sides = (frame.texts[side].each(len) for side in ("text_a", "text_b"))
    words = sum(sides, np.zeros(len(frame))) / rater_flags.CHARACTERS_A_WORD
    return _ratio(_seconds(frame), words)


def _flags(
    frame: JudgementFrame,
    seconds: FloatArray,
    right: tuple[FloatArray, FloatArray],
    same: tuple[FloatArray, FloatArray],
) -> dict[RaterFlag, BoolArray]:
    """Marks (R,) by flag."""
    raters = len(seconds)
    timed = sum_by(frame.rater.codes, np.isfinite(_seconds(frame)), raters)
    pace = _median(frame, _pace(frame))
    return {
        "too fast": rater_flags.too_fast(seconds, pace, timed, _kinds(frame)),
        "one-sided": rater_flags.one_sided(_by_side(frame)),
        "position-bound": rater_flags.position_bound(*_left(frame)),
        "failing gold": rater_flags.failing_gold(*right),
        "self-inconsistent": rater_flags.self_inconsistent(*same),
    }


def _by_side(frame: JudgementFrame) -> FloatArray:
    """Verdicts of each rater (R, 4): right, tie, left, both-bad; by listed sides where the screen's are unknown."""
    screen = np.ones(len(frame)) if frame.position is None else frame.position
    side = np.where(frame.is_verdict(Verdict.BOTH_BAD), 3, frame.sign * screen.astype(np.int64) + 1)
    size = len(frame.rater.names) * CODES
    return sum_by(frame.rater.codes * CODES + side, np.ones(len(side)), size).reshape(-1, CODES)
