"""What claiming and storing cost as the queue grows: no calls, the database's part alone.

    python bench/workers/claim_cost.py COUNT...

For each count, of rows that wait and as many that are done, of a study with a spending cap: milliseconds a row to claim a
hundred at a time with their attempts, and to store their answers. Prints one line of JSON, {count: [claim, store]}.
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
    """The rows are written past the queue: what is measured is what comes after it."""
    from dataclasses import replace

    from django.db import connection

    from bench.workers.fetch_study import planned
    from vibes.models import Endpoint, Generation, Study
    from vibes.services import studies
    from vibes.services.generations import queue

    plan, lead = planned("http://127.0.0.1:9/v1", 2 * count, AT_ONCE, f"Of {count}")
    endpoint, prompts = plan.endpoints[0], plan.prompts
    Endpoint.objects.filter(pk=endpoint.pk).update(price_in=1, price_out=1)
    made = studies.create(by=lead, plan=replace(plan, prompts=prompts[:1]), seed=1)
    Study.objects.filter(pk=made.pk).update(budget=Decimal(10_000))
    frozen = queue.snapshot(endpoint)
    shared = {"endpoint": endpoint, "snapshot": frozen, "snapshot_hash": queue.snapshot_hash(frozen)}
    done = {"state": "done", "cost": Decimal("0.001"), "text": "An answer. " * 100}
    Generation.objects.bulk_create(
        (
            Generation(prompt=prompt, ordered_by=made, **shared, **(done if place < count else {}))
            for place, prompt in enumerate(prompts[1:])
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    claim_ms, store_ms = turns()
    Generation.objects.filter(ordered_by=made, state="queued").update(state="cancelled")
    return [round(claim_ms, 3), round(store_ms, 3)]


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
