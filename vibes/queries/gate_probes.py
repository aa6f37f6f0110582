"""Which probes a gate compares its two models on: those of scored runs that asked both the same, read in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibes.models import Endpoint, ProbeRun
from vibes.probes.families import FAMILIES
from vibes.probes.measures import MEASURES
from vibes.queries import probe_statements
from vibes.stats.probe_differences import ProbePair, ProbeScore

# What 1 of the scale is: a difference of two marks from 1 to 10 is 9 at most.
SPANS = {"marks": 9.0}
AGAINST = "contrarian"
TOWARDS, AWAY = "towards the user", "against the user"
NOT_ASKED = "no scored probe run asked both of it"
CANDIDATE, BASELINE = 0, 1


def chosen(candidate: str, baseline: str) -> list[int]:
    """The runs to compare the two on: of one bank and one judge, with the most families, then the newest; none, one or two."""
    runs = [_runs(name) for name in (candidate, baseline)]
    both = [
        (one, other)
        for one in runs[CANDIDATE]
        for other in runs[BASELINE]
        if one.bank == other.bank and one.judge == other.judge
    ]
    if not both:
        return []
    best = max(
        both, key=lambda pair: (len(pair[0].families), min(p.pk for p in pair), max(p.pk for p in pair))
    )
    return list(dict.fromkeys(run.pk for run in best))


def pairs(gate: tuple[str, str] | None, runs: Sequence[int]) -> list[ProbePair]:
    """Of each family the signed measure and the share that goes against the user, of both models; none without a gate or runs.

    A family that the runs did not ask is there too, with nothing measured: a gate does not open on the probes that somebody chose.
    """
    found = {run.pk: run for run in ProbeRun.objects.filter(pk__in=runs).select_related("statements")}
    if gate is None or not found:
        return []
    first, last = found[runs[0]], found[runs[-1]]
    candidate, baseline = _scores(first, gate[CANDIDATE]), _scores(last, gate[BASELINE])
    return [
        pair
        for family in _families(first)
        for pair in _of_family(family, candidate.get(family, []), baseline.get(family, []))
    ]


def newer(specification: Mapping[str, Any]) -> list[ProbeRun]:
    """The runs that the same gate would be decided on today, where they are not those of this specification."""
    now = chosen(*specification["gate"])
    if set(now) == set(specification["probe_runs"]):
        return []
    return list(ProbeRun.objects.filter(pk__in=now).defer("result"))


@dataclass(frozen=True)
class _Scored:
    """What is to be known of a scored run to choose it; the scores themselves are long, and not among it."""

    pk: int
    bank: str
    families: list[str]
    read_by: Mapping[str, Any] | None

    @property
    def judge(self) -> tuple[object, ...]:
        return tuple((self.read_by or {}).get(key) for key in ("endpoint", "model", "template"))


def _runs(name: str) -> list[_Scored]:
    found = ProbeRun.objects.filter(state=ProbeRun.State.SCORED, endpoints__name=name).order_by("pk")
    return [_Scored(*row) for row in found.values_list("pk", "bank", "families", "result__judge")]


def _families(run: ProbeRun) -> list[str]:
    """All that there are; of a team's statements those that are in them."""
    if run.statements is None:
        return list(FAMILIES)
    inside = {seed.family for seed in probe_statements.seeds_of(run.statements)}
    return [name for name in FAMILIES if name in inside]


def _scores(run: ProbeRun, name: str) -> dict[str, list[Mapping[str, Any]]]:
    """Of one endpoint, by family."""
    pk = Endpoint.objects.filter(name=name).values_list("pk", flat=True).first()
    own = [one for one in (run.result or {}).get("endpoints", []) if one["endpoint"] == pk]
    return {asked["family"]: asked["scores"] for one in own for asked in one["families"]}


def _of_family(
    family: str, candidate: Sequence[Mapping[str, Any]], baseline: Sequence[Mapping[str, Any]]
) -> Iterator[ProbePair]:
    title = FAMILIES[family].title
    if not candidate or not baseline:
        yield ProbePair(title, None, None, missing=NOT_ASKED)
        return
    there = {row["measure"]: row for row in baseline}
    for row in (candidate[0], *(row for row in candidate[1:] if row["measure"] == AGAINST)):
        measure = MEASURES[row["measure"]]
        yield ProbePair(
            f"{title}: {TOWARDS if measure.signed else AWAY}",
            _score(row),
            _score(there[measure.name]),
            signed=measure.signed,
            span=SPANS.get(measure.unit, 1.0),
        )


def _score(row: Mapping[str, Any]) -> ProbeScore:
    return ProbeScore(row["estimate"], row["low"], row["high"], row["n"])
