"""How many comparisons the answers of a study make: the counterpart of `services.pairing`, without reading a text."""

from collections import Counter

from django.db.models import Count, F, Q, Sum

from vibes.models import Generation, Study

State = Generation.State
UNDER_WAY = Q(state__in=[State.QUEUED, State.RUNNING, State.BATCHED])


def count(study: Study) -> int:
    """Each list of endpoints whose answers meet makes all its pairs, or those with the baseline."""
    return _of_samples(study) if study.selection == Study.Selection.EACH else _of_speakers(study)


def _of_samples(study: Study) -> int:
    """Counted in the database: a page asks for it every second."""
    baseline = Count("pk", filter=Q(endpoint=study.baseline_id))
    done = study.generations.filter(state=State.DONE)
    met = done.values("prompt", "sample").annotate(n=Count("pk"), baseline=baseline)
    if study.pairing == Study.Pairing.ALL:
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
    meetings = Counter(prompt for prompt, _ in spoken)
    if study.pairing == Study.Pairing.ALL:
        return sum(n * (n - 1) // 2 for n in meetings.values())
    return sum(meetings[prompt] - 1 for prompt, endpoint in spoken if endpoint == study.baseline_id)
