"""Endpoints: added, changed, taken over from a file, and archived rather than deleted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.models import User
from annotations.services import audit
from vibes.models import Endpoint
from vibes.services import addresses, keys
from vibes.services.generations import limits

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """What became of one endpoint: `changes` are its settings before and after; all of them none where it was new."""

    endpoint: Endpoint
    new: bool
    changes: dict[str, list[Any]]


def check_key(*, provider: str, base_url: str, key_variable: str, besides: int | None = None) -> None:
    """Raises KeyRefused unless an endpoint with these settings may use the key."""
    keys.check(key_variable, addresses.of(provider, base_url), besides=besides)


def add(*, by: User, name: str, provider: str, model: str, **settings: object) -> Endpoint:
    """A new endpoint. `settings` are the model's optional fields, such as `base_url` and `max_tokens`.

    Raises AddressRefused or KeyRefused.
    """
    values = {"name": name, "provider": provider, "model": model, **settings}
    _check_address(values)
    return _create(by, values)


def edit(*, by: User, endpoint: Endpoint, **settings: object) -> Stored:
    """Changes settings from now on: stored answers keep the settings they were fetched with, and so do studies.

    Raises AddressRefused or KeyRefused.
    """
    _check_address({"base_url": endpoint.base_url} | settings)
    stored = _change(by, endpoint, settings)
    _forget_limits([stored])
    return stored


def store_all(*, by: User | None, wanted: Sequence[Settings], only_check: bool = False) -> list[Stored]:
    """Adds or changes endpoints by name, all or none; `only_check` does it and takes it back.

    Raises AddressRefused or KeyRefused.
    """
    for settings in wanted:  # asks the name server: not with a transaction open
        _check_address(settings)
    with transaction.atomic():
        stored = [_store(by, settings) for settings in wanted]
        transaction.set_rollback(only_check)
    if not only_check:
        _forget_limits(stored)
    return stored


def _store(by: User | None, settings: Settings) -> Stored:
    found = Endpoint.objects.filter(name=settings["name"]).first()
    return _change(by, found, settings) if found else Stored(_create(by, settings), True, {})


@transaction.atomic
def _create(by: User | None, values: Settings) -> Endpoint:
    endpoint = Endpoint(**values)
    _check_key(endpoint)
    _refuse_keys(values)
    endpoint.save()
    told = ("name", "provider", "model", "base_url", "key_variable", *PRICES)
    audit.record(
        by=by, verb="added", subject=endpoint, **{name: _told(getattr(endpoint, name)) for name in told}
    )
    return endpoint


@transaction.atomic
def _change(by: User | None, endpoint: Endpoint, settings: Settings) -> Stored:
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    changes: dict[str, list[Any]] = {}
    for name, value in settings.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_told(before), _told(value)]
            setattr(row, name, value)
    if changes:
        _check_key(row)
        _refuse_keys(settings)
        row.save(update_fields=list(changes))
        audit.record(by=by, verb="changed", subject=row, changes=changes)
    return Stored(row, False, changes)


PRICES = ("price_in", "price_out", "price_cached", "price_cache_write", "batch_share")


def _forget_limits(stored: Sequence[Stored]) -> None:
    """What was learnt of the endpoint as it was, such as a circuit that a wrong key opened, says nothing of it now."""
    for one in stored:
        if one.changes:
            limits.reset(endpoint=one.endpoint.pk)


def _check_address(settings: Settings) -> None:
    base_url = settings.get("base_url") or ""
    if base_url:
        addresses.check(base_url)


def _check_key(endpoint: Endpoint) -> None:
    check_key(
        provider=endpoint.provider,
        base_url=endpoint.base_url,
        key_variable=endpoint.key_variable,
        besides=endpoint.pk,
    )


def _refuse_keys(settings: Settings) -> None:
    """No setting is a place for a key: not the prompt, and not the further parameters."""
    for name, value in settings.items():
        written = json.dumps(value, default=str)
        if keys.redact(written) != written:
            raise keys.KeyRefused(
                f"The setting {name} holds the value of a key. Take it out; name the key instead."
            )


def _told(value: object) -> object:
    """As JSON holds it; a price without the zeros that the database adds."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


@transaction.atomic
def archive(*, by: User, endpoint: Endpoint) -> None:
    """Takes the endpoint off the lists; its generations and studies stay."""
    if Endpoint.objects.filter(pk=endpoint.pk, archived_at=None).update(archived_at=timezone.now()):
        audit.record(by=by, verb="archived", subject=endpoint)
