"""T1b: P(choose the more sycophantic answer | Δq ≈ 0) − ½, as far as something other than the vote says what Δq is.

Δq is, in this order: from an answer key; from others' ratings of the version without the cue, for votes on the planted one;
from other raters' ratings of the same text. Ratings are shrunk to E[Δq | their mean, Δs], since among noisy ratings near 0
the truth leans to where answers usually lie. The first two are independent of the vote; the third shares a halo with it
(flattered raters rate higher), reads too low for it, and is observational. A rater's own rating is never used.
"""

import numpy as np

from vibes.stats.arrays import FloatArray
from vibes.stats.cue_directions import takes_away
from vibes.stats.cues.design import CuedVotes
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, effect, share, without_interval
from vibes.stats.quality import KEY, RATED, cells, gap, others, reliability
from vibes.stats.results import Effect, Kind

UNIT = "probability above ½"
BAND = 0.25
"""Half the width of "tied", in SDs of Δq."""

HALO = "Ratings of the same text share a halo with the vote: a taste for flattery reads too low here."
NO_TONE = "no feature of tone was measured: the rows need text_a and text_b"
NO_QUALITY = "no measure of quality beside the vote: no key, and no ratings by other raters"
ALIKE = "no two answers differ in tone"
NO_AGREEMENT = "no pair has ratings by two raters that agree beyond chance"


def t1b(
    frame: JudgementFrame, clusters: Clusters, tone: FloatArray | None, cued: CuedVotes | None = None
) -> Effect:
    """T1b with its interval. Ties and both-bad count ½, as in C; the band is printed in the note.

    `frame`, `clusters`, `tone` (n,): the unplanted rows and Δs of each, + where A has more (None if unmeasured). `cued`: all
    rows of one cue of tone or stance; its votes are used where no key is known and others rated its unplanted version.
    """
    key = gap(frame, KEY)
    if tone is not None and (np.isfinite(key) & (tone != 0.0)).any():
        return _tied(frame, clusters, np.sign(tone), key, "independent", "Δq by the answer key")
    if cued is not None:
        found = _uncued(cued)
        if np.isfinite(found).any():
            source = "Δq by others' ratings of the version without the cue"
            return _tied(cued.frame, cued.clusters, _more(cued), found, "independent", source)
    if tone is None:
        return _nothing(clusters, NO_TONE)
    rated = gap(frame, RATED)
    source = f"Δq by other raters' ratings of the same text. {HALO}"
    if not np.isfinite(rated).any():
        return _nothing(clusters, NO_QUALITY)
    return _tied(frame, clusters, np.sign(tone), _same_text(frame, rated, tone), "observational", source)


def _nothing(clusters: Clusters, why: str) -> Effect:
    nobody = clusters.take(np.zeros(0, dtype=np.int64))
    return without_interval(nobody, "not_enough", why, unit=UNIT, kind="observational")


def _more(cued: CuedVotes) -> FloatArray:
    """+1 where A carries more of it by construction, −1 where B does, 0 on the unplanted rows."""
    return -cued.v if takes_away(cued.cue) else cued.v


def _uncued(cued: CuedVotes) -> FloatArray:
    """E[Δq] of the planted rows by others' ratings of their unplanted version, NaN elsewhere and where unknown."""
    rated = np.where(cued.v == 0.0, gap(cued.frame, RATED), np.nan)
    return np.where(cued.v == 0.0, np.nan, _expected(cued.frame, rated, np.zeros(len(cued))))


def _same_text(frame: JudgementFrame, rated: FloatArray, tone: FloatArray) -> FloatArray:
    """E[Δq | others' ratings, Δs] of each row, NaN where nobody else rated the pair."""
    told = np.isfinite(rated)
    w, s = frame.weight[told], tone[told]
    square = float(w @ s**2)
    slope = float((w * s) @ rated[told]) / square if square > 0.0 else 0.0
    return _expected(frame, rated, slope * tone)


def _expected(frame: JudgementFrame, rated: FloatArray, usual: FloatArray) -> FloatArray:
    """Usual Δq and what others' ratings add to it, shrunk by their reliability; NaN where that is not known or 0."""
    found = cells(frame, rated - usual)
    how_sure = reliability(found)
    if how_sure.signal <= 0.0:
        return np.full(len(frame), np.nan)
    by_others = others(found, frame)
    expected: FloatArray = usual + by_others.shrinkage(how_sure) * by_others.mean
    return expected


def _tied(
    frame: JudgementFrame, clusters: Clusters, more: FloatArray, quality: FloatArray, kind: Kind, source: str
) -> Effect:
    """The share of votes for the side that `more` (n,) marks among those whose Δq lies in the band."""
    known = np.flatnonzero(np.isfinite(quality) & (more != 0.0))
    if not len(known):
        why = NO_AGREEMENT if more.any() else ALIKE
        return without_interval(clusters.take(known), "not_identified", why, unit=UNIT, kind=kind)
    lead, w = more[known] * quality[known], frame.weight[known]
    mean = float(w @ lead / w.sum())
    sd = float(np.sqrt(w @ (lead - mean) ** 2 / w.sum()))
    rows = known[np.abs(lead) <= BAND * sd]
    note = f"{source}; tied: within ±{BAND * sd:.2f} ({BAND:g} SD of Δq) of 0, {len(rows)} of {len(known)} votes."
    if not len(rows):
        return without_interval(clusters.take(rows), "not_enough", note, unit=UNIT, kind=kind)
    chosen = (1.0 + more[rows] * frame.sign[rows]) / 2.0
    p, variance = share(chosen, clusters.take(rows))
    return effect(p - 0.5, variance, clusters.take(rows), unit=UNIT, kind=kind, bounds=(-0.5, 0.5), note=note)
