"""Endpoints as services: added, changed, stored from a file; the audit trail; what is stored stays as it was."""

from decimal import Decimal

import pytest

from annotations.models import AuditEntry
from tests.services import desk
from vibes.models import Endpoint, Generation
from vibes.providers.base import ProviderError
from vibes.services import endpoints
from vibes.services.generations import limits

pytestmark = pytest.mark.django_db
LOCAL = {"provider": "local", "model": "m", "base_url": "http://127.0.0.1:9/v1"}


def trail(verb: str) -> list[dict[str, object]]:
    return list(AuditEntry.objects.filter(verb=verb).order_by("pk").values_list("detail", flat=True))


def test_a_change_is_on_record_with_before_and_after() -> None:
    endpoint = endpoints.add(
        by=desk.lead(), name="A", price_in=Decimal("0.15"), price_out=Decimal(1), **LOCAL
    )
    endpoints.edit(by=desk.lead(), endpoint=endpoint, name="B", price_in=Decimal("0.1"), model="m")
    assert trail("changed") == [{"changes": {"name": ["A", "B"], "price_in": ["0.15", "0.1"]}}]
    assert trail("added")[0]["price_in"] == "0.15"
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.price_in, endpoint.price_out) == ("B", Decimal("0.1"), Decimal(1))


def test_no_change_leaves_no_trace() -> None:
    endpoint = endpoints.add(
        by=desk.lead(), name="A", price_in=Decimal("0.15"), price_out=Decimal(1), **LOCAL
    )
    stored = endpoints.edit(
        by=desk.lead(), endpoint=endpoint, name="A", price_in=Decimal("0.150000"), extra={}
    )
    assert stored.changes == {}
    assert trail("changed") == []


def test_an_edit_changes_nothing_of_what_is_stored() -> None:
    study = desk.answered(2)
    before = list(Generation.objects.order_by("pk").values())
    endpoint = study.endpoints.first()
    assert endpoint
    endpoints.edit(
        by=desk.lead(), endpoint=endpoint, model="another", temperature=1.5, system="Be short.", name="New"
    )
    assert list(Generation.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "http://10.0.0.1/v1"},
        {"base_url": "http://169.254.169.254/latest"},
        {"key_variable": "OPENAI_API_KEY"},
        {"key_variable": "sk-1234567890"},
        {"provider": "anthropic", "base_url": "", "key_variable": "OPENAI_API_KEY"},
    ],
)
def test_the_service_itself_refuses_addresses_and_keys(change: dict[str, str]) -> None:
    """Whoever calls it: a page, a file, a script."""
    endpoint = endpoints.add(by=desk.lead(), name="A", **LOCAL)
    with pytest.raises(ProviderError):
        endpoints.edit(by=desk.lead(), endpoint=endpoint, **change)
    with pytest.raises(ProviderError):
        endpoints.add(by=desk.lead(), name="B", **(LOCAL | change))
    endpoint.refresh_from_db()
    assert (endpoint.base_url, endpoint.key_variable) == (LOCAL["base_url"], "")
    assert Endpoint.objects.count() == 1
    assert trail("changed") == []


def test_several_at_once_or_none() -> None:
    good = {"name": "A", "key_variable": "GPU_API_KEY", **LOCAL}
    thief = {"name": "B", "provider": "openai", "model": "m", "base_url": "https://evil.example/v1"}
    with pytest.raises(ProviderError, match=r"belongs to 127\.0\.0\.1"):
        endpoints.store_all(by=desk.lead(), wanted=[good, thief | {"key_variable": "GPU_API_KEY"}])
    assert not Endpoint.objects.exists()
    assert not AuditEntry.objects.filter(verb="added").exists()


def test_storing_by_name_is_idempotent() -> None:
    wanted = [{"name": "A", "slots": 4, **LOCAL}, {"name": "B", **LOCAL}]
    assert [one.new for one in endpoints.store_all(by=None, wanted=wanted)] == [True, True]
    again = endpoints.store_all(by=None, wanted=wanted)
    assert [(one.new, one.changes) for one in again] == [(False, {}), (False, {})]
    changed = endpoints.store_all(by=None, wanted=[wanted[0] | {"slots": 5}])
    assert changed[0].changes == {"slots": [4, 5]}
    assert Endpoint.objects.count() == 2
    assert len(trail("added")) == 2


def test_a_check_stores_nothing() -> None:
    endpoints.store_all(by=None, wanted=[{"name": "A", "slots": 4, **LOCAL}])
    wanted = [{"name": "A", "slots": 5, **LOCAL}, {"name": "B", **LOCAL}]
    checked = endpoints.store_all(by=None, wanted=wanted, only_check=True)
    assert [one.new for one in checked] == [False, True]
    assert list(Endpoint.objects.values_list("name", "slots")) == [("A", 4)]
    assert trail("changed") == []


def test_a_change_forgets_the_open_circuit() -> None:
    endpoint = endpoints.add(by=desk.lead(), name="A", **LOCAL)
    wrong_key = ProviderError("HTTP 401", permanent=True, kind="auth")
    for _ in range(20):
        limits.failed(endpoint=endpoint, error=wrong_key, seconds=0.1)
    assert limits.states([endpoint.pk])[endpoint.pk].open
    endpoints.edit(by=desk.lead(), endpoint=endpoint, timeout_seconds=60)
    assert not limits.states([endpoint.pk])[endpoint.pk].open
