"""Errands: studies of one endpoint that nobody rates, by which questions of the product's own are fetched, limited, capped and
paid as all answers are."""

from decimal import Decimal

from annotations.models import User
from annotations.services import openings, protocols
from vibes.models import Endpoint, Study
from vibes.services import versions


def make(
    *,
    by: User,
    name: str,
    endpoint: Endpoint,
    seed: int,
    budget: Decimal | None = None,
    delivery: str = Study.Delivery.LIVE,
) -> Study:
    """One endpoint, so that no two replies ever meet."""
    name = name[:200]
    protocol = protocols.create(by=by, title=name, seed=seed, overlap=1, session_length=1)
    openings.hold(by=by, protocol=protocol)
    errand = Study.objects.create(
        name=name, protocol=protocol, seed=seed, budget=budget, delivery=delivery, created_by=by
    )
    versions.first(by=by, study=errand)
    errand.endpoints.add(endpoint)
    return errand
