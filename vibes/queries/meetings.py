"""How many comparisons the answers of a study make: the counterpart of `services.pairing`, without reading a text."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Q, Sum

from vibes.models import Generation, Study
from vibes.queries import rings

State = Generation.State
# Rules by which all answers to a prompt meet each other.
EVERYBODY = (Study.Pairing.ALL, Study.Pairing.ADAPTIVE)
UNDER_WAY = Q(state__in=[State.QUEUED, State.RUNNING, State.BATCHED])


def count(study: Study) -> int:
    """Each list of endpoints whose answers meet makes all its pairs, those with the baseline, or those on its ring."""
    return _of_samples(study) if study.selection == Study.Selection.EACH else _of_speakers(study)


def _of_samples(study: Study) -> int:
    """Counted in the database: a page asks for it every second."""
    baseline = Count("pk", filter=Q(endpoint=study.baseline_id))
    done = study.generations.filter(state=State.DONE)
    met = done.values("prompt", "sample").annotate(n=Count("pk"), baseline=baseline)
    if study.pairing == Study.Pairing.RING:
        return _on_rings(study, done.values_list("prompt", "sample", "endpoint"))
    if study.pairing in EVERYBODY:
        return (met.aggregate(twice=Sum(F("n") * (F("n") - 1)))["twice"] or 0) // 2
    return met.filter(baseline__gt=0).aggregate(pairs=Sum(F("n") - 1))["pairs"] or 0


def _of_speakers(study: Study) -> int:
    """An endpoint speaks for a prompt where a sample of it is here and none is under way, or where one spoke before."""
    met = Q(pk__in=study.matchups.values("generation_a")) | Q(pk__in=study.matchups.values("generation_b"))
    rows = study.generations.values("prompt", "endpoint").annotate(
        done=Count("pk", filter=Q(state=State.DONE)),
        open=Count("pk", filter=UNDER_WAY),
        spoke=Count("pk", filter=met),
    )
    speaking = rows.filter(Q(done__gt=0, open=0) | Q(spoke__gt=0))
    spoken = [(row["prompt"], row["endpoint"]) for row in speaking]
    if study.pairing == Study.Pairing.RING:
        return _on_rings(study, ((prompt, 0, endpoint) for prompt, endpoint in spoken))
    meetings = Counter(prompt for prompt, _ in spoken)
    if study.pairing in EVERYBODY:
        return sum(n * (n - 1) // 2 for n in meetings.values())
    return sum(meetings[prompt] - 1 for prompt, endpoint in spoken if endpoint == study.baseline_id)


def _on_rings(study: Study, present: Iterable[tuple[int, int, int]]) -> int:
    """How many neighbours are both there, of (prompt, sample, endpoint) rows."""
    endpoints = rings.endpoints_of(study)
    there: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for prompt, sample, endpoint in present:
        there[prompt][sample].add(endpoint)
    return sum(
        len(pair & found) == 2
        for prompt, samples in there.items()
        for pair in rings.ring(study, prompt, endpoints)
        for found in samples.values()
    )
