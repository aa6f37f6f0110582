"""Keys by name only, and each for its own hosts.

A reference is the name of an environment variable (OPENAI_API_KEY) or of a secret file (file:NAME in VIBES_SECRETS_DIR).
To whom a key belongs: the vendors' own by name; else what VIBES_KEY_HOSTS says; else the host of the first live endpoint
that names it.
"""

from django.conf import settings

from vibes.models import Endpoint
from vibes.providers.base import NO_KEY, ProviderError
from vibes.services import addresses, key_store
from vibes.services.key_store import is_reference, known, redact

__all__ = ["NO_NAME", "KeyRefused", "check", "is_reference", "key", "known", "redact"]

# What was typed may be the key itself: it is not repeated.
NO_NAME = (
    "Name an environment variable that ends in _API_KEY, such as OPENAI_API_KEY, or a secret file as file:NAME. "
    "The key itself is never typed in here."
)
VENDORS = {"OPENAI_API_KEY": ("api.openai.com",), "ANTHROPIC_API_KEY": ("api.anthropic.com",)}


class KeyRefused(ProviderError):
    """The reference is none, or its key belongs to another host. The message has the mend and never the key."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True, kind="auth")

    def __reduce__(self) -> tuple[object, ...]:
        return KeyRefused, (self.message,)


def key(reference: str, base_url: str) -> str:
    """The key for calls to `base_url`; a placeholder where the endpoint names none. Raises KeyRefused.

    The binding is read from the database: not for use inside a running event loop.
    """
    if not reference:
        return NO_KEY
    check(reference, base_url)
    try:
        return key_store.value(reference)
    except key_store.KeyUnreadable as problem:
        raise KeyRefused(str(problem)) from None


def check(reference: str, base_url: str, *, besides: int | None = None) -> None:
    """Raises KeyRefused unless the key may be sent to `base_url`. `besides`: the endpoint that is being changed."""
    if not reference:
        return
    if not key_store.is_reference(reference):
        raise KeyRefused(NO_NAME)
    host = addresses.host_of(base_url)
    allowed, why = _hosts(reference, besides)
    if allowed and host not in allowed:
        raise KeyRefused(
            f"{reference} belongs to {' and '.join(allowed)}{why} and is not sent to {host or 'nowhere'}. "
            f"Give {host or 'this endpoint'} a key of its own, or let an administrator write "
            f'VIBES_KEY_HOSTS="{reference}={",".join((*allowed, host or "HOST"))}".'
        )


def _hosts(reference: str, besides: int | None) -> tuple[tuple[str, ...], str]:
    """Where this key may go, and why; nowhere in particular as long as nobody has claimed it."""
    listed = settings.KEY_HOSTS.get(reference)
    if listed:
        return listed, " (VIBES_KEY_HOSTS)"
    if reference in VENDORS:
        return VENDORS[reference], ""
    claims = Endpoint.objects.filter(key_variable=reference, archived_at=None)
    others = claims if besides is None else claims.exclude(pk=besides)
    owner = others.order_by("pk").first()
    if owner is None:
        return (), ""
    return (addresses.host_of(addresses.of(owner.provider, owner.base_url)),), f" (endpoint {owner.name})"
