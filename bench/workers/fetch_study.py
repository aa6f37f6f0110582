"""One study of the fetching bench: queued, fetched by the workers that run, waited for.

    python bench/workers/fetch_study.py BASE_URL COUNT CONCURRENCY LABEL

The settings come from the environment, as in the workers. Prints one line of JSON: seconds from the call that queues the
study to the last row stored, and what was stored.
"""

import json
import sys
import time

import django

PATIENCE_SECONDS = 1800.0


def main(base_url: str, count: int, concurrency: int, label: str) -> None:
    django.setup()
    # A web process has loaded these long before somebody presses the button.
    from vibes import tasks
    from vibes.models import Generation

    plan, lead = planned(base_url, count, concurrency, label)
    start, began = time.perf_counter(), time.time()
    queued = order(plan, lead, tasks.pump_generations.delay)
    mine = Generation.objects.filter(endpoint=plan.endpoints[0])
    open_states = [Generation.State.QUEUED, Generation.State.RUNNING]
    while mine.filter(state__in=open_states).exists():
        if time.perf_counter() - start > PATIENCE_SECONDS:
            raise TimeoutError(f"{mine.filter(state='done').count()} of {count} after {PATIENCE_SECONDS:g} s")
        time.sleep(0.1)
    last = mine.order_by("-finished_at").values_list("finished_at", flat=True)[0]
    assert last is not None
    done = mine.filter(state=Generation.State.DONE).exclude(text="").count()
    seconds = {"wall_s": last.timestamp() - began, "queued_s": queued - start}
    print(json.dumps(seconds | {"done": done, "attempts": attempts(plan.endpoints[0].pk)}))


def planned(base_url: str, count: int, concurrency: int, label: str):  # type: ignore[no-untyped-def]
    from annotations.models import User
    from vibes.datasets.prompt_files import PromptRow
    from vibes.services import endpoints, prompts, studies

    lead, _ = User.objects.get_or_create(username="lead", defaults={"role": User.Role.ADMIN})
    rows = [
        PromptRow(reference=f"q{n}", turns=({"role": "user", "content": f"{label} {n}?"},))
        for n in range(count)
    ]
    endpoint = endpoints.add(
        by=lead,
        name=label,
        provider="scripted",
        model="scripted-plain",
        base_url=base_url,
        slots=concurrency,
        max_tokens=1024,
    )
    stored = prompts.store(by=lead, name=label, rows=rows)
    return studies.Plan(name=label, prompts=list(stored.prompts.all()), endpoints=[endpoint]), lead


def order(plan, lead, wake) -> float:  # type: ignore[no-untyped-def]
    """What the study builder's page does; when it is done."""
    from vibes.services import studies

    studies.create(by=lead, plan=plan, seed=1)
    wake()
    return time.perf_counter()


def attempts(endpoint: int) -> int:
    from vibes.models import Attempt

    return Attempt.objects.filter(generation__endpoint=endpoint).count()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
