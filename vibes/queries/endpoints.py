"""Endpoints with what they have answered so far."""

from django.db.models import Avg, Count, Q, QuerySet

from vibes.models import Endpoint, Generation


def listing() -> QuerySet[Endpoint]:
    done = Q(generations__state=Generation.State.DONE)
    failed = Q(generations__state=Generation.State.FAILED)
    found = Endpoint.objects.filter(archived_at=None).annotate(
        answers=Count("generations", filter=done),
        failures=Count("generations", filter=failed),
        seconds=Avg("generations__seconds", filter=done),
    )
    return found.order_by("name")
