"""What claiming and storing cost as the queue grows: no calls, the database's part alone.

    python bench/workers/claim_cost.py COUNT...

For each count, of rows that wait and as many that are done, of a study with a spending cap: milliseconds a row to claim a
hundred at a time with their attempts, and to store their answers; and seconds to make the study of both, as its page does.
Prints one line of JSON, {count: [claim, store, make]}.
"""

import json
import sys
import time
import uuid
from decimal import Decimal

import django

TURNS, AT_ONCE = 20, 100


def main(counts: list[int]) -> None:
    django.setup()
    print(json.dumps({count: cost(count) for count in counts}))


def cost(count: int) -> list[float]:
    from dataclasses import replace

    from django.db import connection

    from bench.workers.fetch_study import planned
    from vibes.models import Endpoint, Generation
    from vibes.services import studies

    plan, lead = planned("http://127.0.0.1:9/v1", 2 * count, AT_ONCE, f"Of {count}")
    Endpoint.objects.filter(pk=plan.endpoints[0].pk).update(price_in=1, price_out=1)
    start = time.perf_counter()
    made = studies.create(by=lead, plan=replace(plan, budget=Decimal(10_000)), seed=1)
    made_s = time.perf_counter() - start
    mine = Generation.objects.filter(ordered_by=made)
    half = mine.order_by("pk")[count].pk
    mine.filter(pk__lt=half).update(state="done", cost=Decimal("0.001"), text="An answer. " * 100)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    claim_ms, store_ms = turns()
    mine.filter(state="queued").update(state="cancelled")
    return [round(claim_ms, 3), round(store_ms, 3), round(made_s, 2)]


def turns() -> tuple[float, float]:
    """Milliseconds a row: to claim, to store."""
    from vibes.providers.base import Reply, Usage
    from vibes.services.generations import claims, landings
    from vibes.services.generations.flights import Landing

    reply = Reply("An answer. " * 100, "", "stop", Usage(20, 200), "m", 1.0, {"text": "An answer. " * 100})
    claiming = storing = 0.0
    rows = 0
    for _ in range(TURNS):
        token, start = uuid.uuid4(), time.perf_counter()
        flights = claims.claim(token=token, capacity=AT_ONCE)
        claimed = time.perf_counter()
        landings.land(token=token, landings=[Landing(flight, reply=reply) for flight in flights])
        storing += time.perf_counter() - claimed
        claiming += claimed - start
        rows += len(flights)
    return 1000 * claiming / rows, 1000 * storing / rows


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
