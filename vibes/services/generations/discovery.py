"""Model servers that already run on this machine, less those that are endpoints."""

from dataclasses import dataclass

from vibes.models import Endpoint
from vibes.providers import discovery


@dataclass(frozen=True)
class FoundModel:
    kind: str
    base_url: str
    model: str
    known: bool


def found_servers() -> list[FoundModel]:
    """Asks the usual loopback ports; a fraction of a second, whatever listens there."""
    known = set(Endpoint.objects.filter(archived_at=None).values_list("base_url", "model"))
    return [
        FoundModel(server.kind, server.base_url, model, (server.base_url, model) in known)
        for server in discovery.discover()
        for model in server.models
    ]
