"""A room on the database that the environment names, for browsers over HTTP.

python -m tests.annotations.browsed_room make COMPARISONS    makes the tables and the room; says the link's token
python -m tests.annotations.browsed_room sweep               takes back what was dealt and never answered
python -m tests.annotations.browsed_room count               says what is there, as JSON
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import django

OVERLAP = 3
RATES = {"gold_rate": 0.03, "repeat_rate": 0.03, "identical_rate": 0.02}


def make(comparisons: int) -> str:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.annotations import room as rooms

    room = rooms.make(overlap=OVERLAP, session_length=5_000, **RATES)
    room.comparisons(comparisons)
    room.checks(golds=100, pairs=100)
    return room.invitation.token


def sweep() -> int:
    from django.utils import timezone

    from annotations.services import dealing

    return dealing.sweep(now=timezone.now() + timedelta(days=1))


def count() -> dict[str, Any]:
    """Judged assignments by comparison and by purpose, and every way in which a judgement could be lost or doubled."""
    from annotations.models import Assignment, Comparison, Judgement, Protocol
    from annotations.queries import judgements

    judged = Assignment.objects.filter(state="judged")
    of_study = judged.filter(purpose="study")
    overlap = Counter(of_study.values_list("comparison", flat=True))
    pairs = Counter(of_study.values_list("comparison", "rater"))
    firsts = Counter(Judgement.objects.filter(revision=1).values_list("assignment", flat=True))
    standing = Counter(judgements.standing(Protocol.objects.get()).values_list("assignment", flat=True))
    study = Comparison.objects.filter(purpose="study")
    return {
        "overlap": Counter(overlap[pk] for pk in study.values_list("pk", flat=True)),
        "taken": Counter(study.values_list("taken", flat=True)),
        "most_to_one_rater": max(pairs.values(), default=0),
        "most_firsts": max(firsts.values(), default=0),
        "judged_without_standing": judged.exclude(pk__in=standing).count(),
        "standing": sum(standing.values()),
        "judged": judged.count(),
        "waiting": Assignment.objects.filter(state__in=["ahead", "dealt"]).count(),
        "purposes": Counter(judged.values_list("purpose", flat=True)),
        "undone": Judgement.objects.filter(retracted=True).count(),
        "keys": list(Judgement.objects.values_list("key", flat=True)),
    }


if __name__ == "__main__":
    django.setup()
    done = (
        make(int(sys.argv[2])) if sys.argv[1] == "make" else {"sweep": sweep, "count": count}[sys.argv[1]]()
    )
    sys.stdout.write(json.dumps(done))
