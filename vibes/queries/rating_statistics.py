"""How far a study's raters can be relied on so far: golds, repeats, identical pairs, agreement, each rater's habits.

None of it asks which model stands behind an answer, so that no key is read here: the two sides of a comparison are its own
a and b. The figures are those of a report on the same judgements. Loads the statistics, which take a second to import:
import this where a figure is computed, not when a process starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import F, QuerySet

from annotations.assigning import derived_seed
from annotations.models import Assignment, Comparison, Judgement, Protocol, Rater
from annotations.queries import judgements
from vibes.queries import copying
from vibes.stats.agreement import agreement
from vibes.stats.arrays import BoolArray
from vibes.stats.consistency import gold_accuracy, self_consistency
from vibes.stats.frames import JudgementFrame
from vibes.stats.identical_pairs import lean_on_identical
from vibes.stats.intervals import Clusters
from vibes.stats.proportions import shown
from vibes.stats.rater_flags import FEWEST_VERDICTS
from vibes.stats.raters import raters_detail
from vibes.stats.repeated import Numbers, Repeated
from vibes.stats.results import Effect, RaterRow, Shown

FIELDS = (
    "pk",
    "assignment__rater__public_id",
    "assignment__rater__kind",
    "assignment__rater__standing",
    "assignment__comparison",
    "assignment__comparison__expected",
    "assignment__purpose",
    "verdict",
    "lean",
    "left",
    "seconds_visible",
)
COLUMNS = (
    "judgement_id",
    "rater",
    "rater_kind",
    "standing",
    "matchup",
    "expected",
    "purpose",
    "verdict",
    "lean",
    "left",
    "seconds",
)


@dataclass(frozen=True)
class OneRater:
    """`row` as a report has it; `ties` with its interval. `enough`: habits of speed and side are looked at."""

    row: RaterRow
    ties: Shown
    enough: bool


@dataclass(frozen=True)
class Reliability:
    """None where there is no judgement to compute it from. `raters` by public id, excluded ones too."""

    gold: Effect | None
    consistent: Effect | None
    identical: Effect | None
    alpha: Effect | None
    raters: dict[str, OneRater]
    # A model recognised, of the votes after which a rater said whether one was.
    recognised: Shown | None = None
    fewest: int = FEWEST_VERDICTS


def reliability(protocol: Protocol, kind: str) -> Reliability:
    """Over the standing judgements of one kind of rater. Excluded raters are in no figure but their own."""
    whole, counts = _frame(_columns(protocol, kind), protocol)
    every = whole if counts.all() else whole.take(np.flatnonzero(counts)) if whole and counts.any() else None
    study = _of_study(every)
    return Reliability(
        gold=gold_accuracy(every) if every else None,
        consistent=self_consistency(every) if every else None,
        identical=lean_on_identical(every) if every else None,
        alpha=_alpha(study, protocol) if study else None,
        # Whoever is excluded is compared with all, everybody else with those who count.
        raters=_each(_of_study(whole), whole) | _each(study, every),
        recognised=shown(*judgements.recognitions(protocol, kind))[0] if protocol.recognise_rate else None,
    )


def _columns(protocol: Protocol, kind: str) -> dict[str, Sequence[Any]]:
    """A second look at two identical answers is left out: nothing says which of them is which."""
    found = judgements.standing(protocol, excluded_too=True).filter(assignment__rater__kind=kind)
    found = found.exclude(
        assignment__purpose=Assignment.Purpose.REPEAT,
        assignment__comparison__purpose=Comparison.Purpose.IDENTICAL,
    )
    if connection.vendor == "postgresql":
        return _copied(found)
    rows = list(found.order_by("pk").values_list(*FIELDS))
    return dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}


def _copied(found: QuerySet[Judgement]) -> dict[str, Sequence[Any]]:
    found = found.annotate(rater=F("assignment__rater"), matchup=F("assignment__comparison"))
    texts = {name: name for name in ("verdict", "lean", "left")}
    texts |= {"expected": "assignment__comparison__expected", "purpose": "assignment__purpose"}
    numbers, columns = copying.columns(
        found, keys=("rater", "matchup"), floats=("seconds_visible",), texts=texts
    )
    if not len(numbers["id"]):
        return {}
    codes, raters = columns["rater"].codes, Rater.objects.in_bulk(columns["rater"].values)
    people = [raters[pk] for pk in columns["rater"].values]
    return {
        **columns,
        "judgement_id": numbers["id"],
        "seconds": numbers["seconds_visible"],
        "rater": Repeated(codes, [one.public_id for one in people]),
        "rater_kind": Repeated(codes, [one.kind for one in people]),
        "standing": Repeated(codes, [one.standing for one in people]),
    }


def _texts(protocol: Protocol) -> dict[object, tuple[str, str]]:
    """What stood on both sides of the comparisons that were judged, for the pace of reading."""
    judged = Assignment.objects.filter(comparison__protocol=protocol, state=Assignment.State.JUDGED)
    sides = Comparison.objects.filter(pk__in=judged.values("comparison")).values_list(
        "pk", "side_a", "side_b"
    )
    return {pk: (_text(a), _text(b)) for pk, a, b in sides.iterator(chunk_size=500)}


def _text(side: Sequence[dict[str, str]]) -> str:
    return "\n".join(turn["text"] for turn in side)


def _frame(found: dict[str, Sequence[Any]], protocol: Protocol) -> tuple[JudgementFrame | None, BoolArray]:
    """All rows, and which of them (n,) count: those of raters who are not excluded."""
    if not found:
        return None, np.zeros(0, dtype=bool)
    columns: dict[str, Sequence[object]] = {
        name: found[name] if isinstance(found[name], Numbers) else Repeated.of(found[name])
        for name in COLUMNS
    }
    standing, left = Repeated.of(found["standing"]), Repeated.of(found["left"])
    del columns["standing"], columns["left"]
    columns["a_is_left"] = Repeated(left.codes, [side == "a" for side in left.values])
    compared, texts = Repeated.of(found["matchup"]), _texts(protocol)
    one = Repeated(np.zeros(len(compared), dtype=np.int64), ("a", "b"))
    columns |= {"model_a": one, "model_b": Repeated(one.codes + 1, one.values)}
    for place, name in enumerate(("text_a", "text_b")):
        columns[name] = Repeated(compared.codes, [texts[pk][place] for pk in compared.values])
    columns["matchup"] = columns["prompt_id"] = compared
    counts = standing.each(lambda word: word != Rater.Standing.EXCLUDED) > 0.0
    return JudgementFrame.from_columns(columns), counts


def _of_study(frame: JudgementFrame | None) -> JudgementFrame | None:
    """The rows that are no golds, repeats or identical pairs; none where there is no such row."""
    if frame is None:
        return None
    rows = np.flatnonzero(frame.labels["purpose"].isin(["study"]))
    return frame.take(rows) if len(rows) else None


def _alpha(study: JudgementFrame, protocol: Protocol) -> Effect:
    """Krippendorff's α, nominal."""
    clusters = Clusters(study.rater.codes, study.matchup.codes, study.weight)
    generator = np.random.default_rng(derived_seed(protocol.seed, "agreement so far"))
    return agreement(study, clusters, generator, both_bad_is_tie=False)["alpha_nominal"]


def _each(study: JudgementFrame | None, every: JudgementFrame | None) -> dict[str, OneRater]:
    if study is None:
        return {}
    return {row["rater"]: _one(row) for row in raters_detail(study, everything=every)}


def _one(row: RaterRow) -> OneRater:
    ties = shown(round(row["tie_rate"] * row["n"]), row["n"])[0]
    return OneRater(row=row, ties=ties, enough=row["n"] >= FEWEST_VERDICTS)
