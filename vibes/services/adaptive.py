"""Adaptive pairing: which pairs of endpoints are dealt first, by how much one more vote on them would tell.

Written as `priority` on comparisons, by which the rating room draws among what is covered alike; it knows no more of it. All
comparisons still get the judgements that are wanted of them. Only people's votes count.
"""

from collections import Counter

from django.core.cache import cache
from django.db.models import Max

from annotations.models import Comparison, Judgement
from annotations.services import comparisons
from annotations.verdicts import Verdict
from vibes.models import Arm, Study
from vibes.queries import unblinded

# A study is looked at again after so many judgements, or after this share of those that there are.
EVERY, SHARE = 20, 0.02
# The pair that would tell most is up to so many times as likely as one that would tell nothing: priorities are whole
# numbers from 0 to one less, so that few rows change from look to look.
MOST = 16
KEPT_SECONDS = 24 * 3600
# Both bad says nothing of which is better.
LEVELS = {Verdict.A.value: 1, Verdict.TIE.value: 0, Verdict.B.value: -1}
ENDS = ("matchup__generation_a__endpoint", "matchup__generation_b__endpoint")
Ends = tuple[int, int]


def refresh_due() -> int:
    """Looks again at every adaptive study with enough new judgements; how many studies these were."""
    studies = Study.objects.filter(pairing=Study.Pairing.ADAPTIVE).select_related("protocol")
    return sum(_refresh_if_due(study) for study in studies)


def _refresh_if_due(study: Study) -> bool:
    name = f"adaptive:{study.protocol_id}"
    upto, counted = cache.get(name, (0, 0))
    rows = Judgement.objects.filter(protocol=study.protocol_id)
    new = rows.filter(pk__gt=upto).count()
    if new < max(EVERY, SHARE * counted):
        return False
    upto = rows.aggregate(last=Max("pk"))["last"]
    refresh(study=study)
    cache.set(name, (upto, counted + new), KEPT_SECONDS)
    return True


def refresh(*, study: Study) -> int:
    """Writes the priorities as they are now; how many comparisons have another one than before."""
    wanted = priorities(study)
    arms = Arm.objects.filter(matchup__study=study, comparison__protocol=study.protocol_id)
    arms = arms.filter(comparison__purpose=Comparison.Purpose.STUDY)
    changed = 0
    for *ends, before in arms.values_list(*ENDS, "comparison__priority").order_by().distinct():
        priority = wanted.get(_pair(*ends), before)
        if priority != before:
            of_pair = arms.filter(**dict(zip(ENDS, ends, strict=True)), comparison__priority=before)
            rows = Comparison.objects.filter(pk__in=of_pair.values("comparison"))
            changed += comparisons.prefer(comparisons=rows, priority=priority)
    return changed


def priorities(study: Study) -> dict[Ends, float]:
    """Of each two endpoints, the smaller id first; empty before there is a vote.

    Loads the statistics, which takes a second.
    """
    from vibes.stats.fits import NotConvergedError
    from vibes.stats.informative import gains

    endpoints = sorted(study.endpoints.values_list("pk", flat=True))
    code = {pk: place for place, pk in enumerate(endpoints)}
    counts = Counter[tuple[int, int, int]]()
    for one, other, verdict, n in unblinded.tally(study):
        if verdict in LEVELS:
            counts[code[one], code[other], LEVELS[verdict]] += n
    if not counts:
        return {}
    try:
        found = gains([(*key, n) for key, n in counts.items()], len(endpoints))
    except NotConvergedError:
        return {}
    scale = (MOST - 1) / found.max()
    return {
        (one, other): float(round(scale * found[code[one], code[other]]))
        for one in endpoints
        for other in endpoints
        if one < other
    }


def _pair(one: int, other: int) -> Ends:
    return (min(one, other), max(one, other))
