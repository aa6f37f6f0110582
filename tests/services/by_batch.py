"""Studies by batch on a real server, and how they are driven."""

from decimal import Decimal

import pytest

from tests.providers.loopback import running
from tests.services import desk
from vibes.models import Batch, Generation, Study
from vibes.providers.base import Reply, Usage
from vibes.providers.scripted_faults import parse_rule
from vibes.providers.scripted_server import create_app
from vibes.services import studies
from vibes.services.generations import batches

VENDORS = ("openai", "responses", "anthropic")
PRICES = {"price_in": Decimal(2), "price_out": Decimal(8)}


def serve(count: int = 3, *faults: str, seconds: float = 0.0):
    rules = [parse_rule(fault) for fault in faults]
    return running(create_app(desk.answers(count), faults=rules, batch_seconds=seconds))


def ordered(
    address: str,
    provider: str = "openai",
    *,
    count: int = 3,
    characters: tuple[str, ...] = ("plain", "flattering"),
    settings: dict[str, object] | None = None,
    **plan: object,
) -> Study:
    """A study by batch, with one batch for each character."""
    chosen = [
        desk.endpoint(
            character,
            f"{address}/v1",
            provider=provider,
            **{"key_variable": "TESTING_API_KEY", **PRICES, **(settings or {})},
        )
        for character in characters
    ]
    asked = list(desk.prompt_set(count).prompts.all())
    whole = {"name": "By batch", "delivery": Study.Delivery.BATCH, **plan}
    return studies.create(
        by=desk.lead(),
        plan=studies.Plan(prompts=asked, endpoints=chosen, **whole),
        seed=5,
    )


def drive() -> None:
    """One step of every batch that is due."""
    for batch_id in batches.due():
        batches.drive(batch_id=batch_id)


def drive_to_the_end(steps: int = 200) -> None:
    for _ in range(steps):
        if not Batch.objects.filter(state__in=batches.OPEN).exists():
            return
        rest()
        drive()
    pytest.fail(f"open after {steps} steps: {list(Batch.objects.values('state', 'error'))}")


def rest() -> None:
    """Pauses and leases of dead workers are over."""
    Batch.objects.update(lease_until=None)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Generation.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def sent_to(server) -> list[str]:
    """The vendor's ids of all batches that the server has received."""
    return [batch.id for shelf in (server.app._openai, server.app._anthropic) for batch in shelf._shelf.all()]


def reply(text: str) -> Reply:
    return Reply(text, "", "stop", Usage(10, 5), "scripted-plain", 0.0, {"id": "r"})
