"""A study in the middle of its fetching, with everything that can be under way or wrong, for pictures of its pages."""

import json
import zlib
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from tests.services import conversations, desk
from vibes.models import Batch, Generation, RawResponse, Study
from vibes.providers.base import ProviderError
from vibes.services import studies
from vibes.services.generations import limits

ENDPOINTS = (
    ("Plain", "plain", {"price_in": 3, "price_out": 15}),
    (
        "A reasoning model with a rather long name, effort high",
        "flattering",
        {"price_in": 5, "price_out": 25},
    ),
    ("Local 7B, no price", "formatted", {}),
    ("Wrong now and then", "slips", {"price_in": 1, "price_out": 2}),
)
REFUSED = "Connection refused by 127.0.0.1:9. Check that the server runs and that its address is right."
LONG = "The request was rejected (400): maximum context length is 8,192 tokens. Shorten the prompt, or choose a model with a longer context."


def study(prompt_count: int = 40) -> Study:
    prompts = list(desk.prompt_set(prompt_count).prompts.all()) + conversations.pushed()
    chosen = []
    for name, character, prices in ENDPOINTS:
        endpoint = desk.endpoint(character, **prices)
        endpoint.name = name
        endpoint.save()
        chosen.append(endpoint)
    plan = studies.Plan(
        name="Does politeness pay? Four endpoints over forty questions", prompts=prompts, endpoints=chosen
    )
    return studies.create(by=desk.lead(), plan=plan, seed=5)


def under_way(made: Study) -> None:
    """Some done, some failed, one endpoint that does not answer, one that asks for patience, a batch with its vendor."""
    now = timezone.now()
    plain, long, local, slips = (made.endpoints.get(name=name) for name, _, _ in ENDPOINTS)
    for endpoint, done, failed in ((plain, 30, 0), (long, 12, 2), (local, 25, 0), (slips, 3, 1)):
        rows = list(made.generations.filter(endpoint=endpoint).order_by("pk"))
        for n, row in enumerate(rows[:done]):
            _answer(row, now - timedelta(seconds=2 * n + 1))
        _set(rows[done : done + failed], state="failed", error=LONG, error_kind="bad_request")
        _set(rows[done + failed : done + failed + 4], state="running")
    batch = Batch.objects.create(
        endpoint=plain, study=made, snapshot={}, state="sent", requests=8, sent_at=now, answered=2
    )
    _set(made.generations.filter(endpoint=plain, state="queued")[:5], state="batched", batch=batch)
    _set(made.generations.filter(endpoint=slips, state="queued")[:6], error=REFUSED, error_kind="unreachable")
    made.generations.filter(state="running")[0].attempts.create(
        number=1, outcome="in flight", possible_cost=Decimal("0.04")
    )
    made.generations.filter(state="failed")[0].attempts.create(
        number=1, outcome="lost", possible_cost=Decimal("0.02")
    )
    down = ProviderError(REFUSED, permanent=False, kind="unreachable")
    for _ in range(20):
        limits.failed(endpoint=slips, error=down, seconds=0.1)
    slow = ProviderError("Too many requests.", permanent=False, kind="rate_limited", retry_after=400)
    limits.failed(endpoint=long, error=slow, seconds=0.1)


def _answer(row: Generation, finished_at) -> None:
    _set(
        [row],
        state="done",
        text="It depends on the weather:\n\n- **rain**: stay in\n- **sun**: go out\n\n```python\nprint('hello')\n```",
        thoughts="The user asks about the weather.",
        tokens_in=24,
        tokens_out=180,
        tokens_reasoning=60,
        tokens_cached=8,
        cost=None if row.endpoint.price_in is None else Decimal("0.0031"),
        seconds=1.4,
        first_token_seconds=0.3,
        finish_reason="stop",
        served_model="plain-2026-11-01",
        seed=41,
        request_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        provenance={"sdk": "openai 3.54.0", "server": "vLLM 0.11.2", "request_id": "req_0123456789abcdef"},
        finished_at=finished_at,
    )


def _set(rows, **values: object) -> None:
    Generation.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def rich_generation(made: Study) -> Generation:
    """Several turns, thoughts, three attempts, a raw response."""
    row = made.generations.get(prompt__reference="pushed", endpoint__name="Plain")
    _answer(row, timezone.now())
    row.refresh_from_db()
    conversations.answer(
        row, "Canberra, of course.", "You are right to doubt me: it is **Canberra** all the same."
    )
    for number, outcome, error in ((1, "failed", REFUSED), (2, "lost", ""), (3, "answered", "")):
        row.attempts.create(
            number=number,
            outcome=outcome,
            error=error,
            error_kind="unreachable" if error else "",
            possible_cost=Decimal("0.015") if outcome == "lost" else None,
            ended_at=timezone.now(),
        )
    body = {
        "id": "resp_1",
        "output": [{"type": "message", "content": "Canberra " * 40}],
        "usage": {"output": 180},
    }
    RawResponse.objects.create(generation=row, body=zlib.compress(json.dumps(body).encode()))
    return row
