"""Style as Chatbot Arena's style control counts it, on the same votes: for comparison with what it prints.

Four counts: words (for its tokens), and headings, list items and bold spans by its own expressions. Each is
(f_A − f_B)/(f_A + f_B + 1) over its standard deviation in these votes; ties are half wins; no screen position. Two things are ours:
nothing is centred, so that which answer is called A moves nothing (where sides are dealt at random its mean is 0 in any case),
and the intervals know raters and matchups. Observational.
Li, Angelopoulos and Chiang (2024), Does style matter?, and its published code (construct_style_matrices).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from vibes.stats.arrays import FloatArray, IntArray
from vibes.stats.boards import fit_board
from vibes.stats.covariates import FeaturePair
from vibes.stats.formatting import coefficient
from vibes.stats.results import Effect
from vibes.stats.study import Study

UNIT = "log-odds per SD of these votes"
COUNTS: Mapping[str, str] = {
    "length_words": "length_words",
    "headers": "arena_headers",
    "list_items": "arena_list_items",
    "bold": "arena_bold",
}
"""What it counts, by the name of our feature; where its own count was not measured, ours stands in."""


def arena_effects(study: Study) -> dict[str, Effect]:
    """Its coefficient of each of the four features that the boards hold constant, by our name; + favours the side with more.

    Empty where none of them is.
    """
    columns = normalised(study.selection.features, tuple(study.controls.style), study.fitted_rows)
    if not columns:
        return {}
    votes = study.votes(columns)
    fitted = fit_board(votes, study.fitted_clusters(), study.frame.models, "half")
    return {name: coefficient(fitted, name, unit=UNIT) for name in columns}


def normalised(features: Sequence[FeaturePair], held: Sequence[str], rows: IntArray) -> dict[str, FloatArray]:
    """The covariates (n,) of those of the four that are `held` constant; the SD is over `rows`, about 0."""
    known = {feature.name: feature for feature in features}
    own = {
        name: known.get(count, known[name])
        for name, count in COUNTS.items()
        if name in held and name in known
    }
    found = {}
    for name, feature in own.items():
        a, b = feature.counts()
        x = (a - b) / (a + b + 1.0)
        among = x[rows]
        spread = float(np.sqrt(among @ among / max(len(among), 1)))
        found[name] = x / spread if spread > 0.0 else x
    return found
