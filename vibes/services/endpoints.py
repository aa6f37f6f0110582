"""Endpoints: added, and archived rather than deleted."""

from django.db import transaction
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint


@transaction.atomic
def add(*, by: User, name: str, provider: str, model: str, **settings: object) -> Endpoint:
    """A new endpoint. `settings` are the model's optional fields, such as `base_url` and `max_tokens`."""
    endpoint = Endpoint.objects.create(name=name, provider=provider, model=model, **settings)
    audit.record(by=by, verb="added", subject=endpoint, name=name, provider=provider, model=model)
    return endpoint


@transaction.atomic
def archive(*, by: User, endpoint: Endpoint) -> None:
    """Takes the endpoint off the lists; its generations and studies stay."""
    if Endpoint.objects.filter(pk=endpoint.pk, archived_at=None).update(archived_at=timezone.now()):
        audit.record(by=by, verb="archived", subject=endpoint)
