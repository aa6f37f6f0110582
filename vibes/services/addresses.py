"""Which addresses an endpoint may have. Asked when it is added, and again before each client is made.

A key and a prompt go to the address, and the answer comes back to the page: an address in the private network would let
whoever adds an endpoint look around there. So private ones are the administrator's list, VIBES_PRIVATE_HOSTS.
"""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from vibes.providers.base import ProviderError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 300
# Where an endpoint without an address of its own is asked.
USUAL = {
    "responses": "https://api.openai.com/v1",
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
# Names that only a private network knows (RFC 6761, 6762, 8375, and .internal by ICANN); so are names without a dot.
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp", "home")
_LIST = "VIBES_PRIVATE_HOSTS"


class AddressRefused(ProviderError):
    """This address may not be asked. The message names it and the mend."""

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message, permanent=permanent, kind="unreachable")

    def __reduce__(self) -> tuple[object, ...]:
        return _refusal, (self.message, self.permanent)


def _refusal(message: str, permanent: bool) -> AddressRefused:
    return AddressRefused(message, permanent=permanent)


def of(provider: str, base_url: str) -> str:
    """The address that an endpoint's calls go to: its own, or the vendor's, or that of the demo's own server."""
    if base_url:
        return base_url
    return settings.SCRIPTED_URL if provider == "scripted" else USUAL.get(provider, "")


def host_of(base_url: str) -> str:
    """The host name or address in it, lower case, without port; empty where there is none."""
    try:
        return (urlsplit(base_url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def check(base_url: str) -> None:
    """Raises AddressRefused unless this is an http(s) address of a public server, or on the administrator's list.

    Where the name does not resolve just now an https address passes, since the connection will fail by itself; http is
    then refused for the moment (`permanent` is False), since nobody can tell whom it would reach.
    """
    if base_url == settings.SCRIPTED_URL:
        return  # the administrator's own setting
    parts = _parts(base_url)
    host = _host(parts, base_url)
    if _listed_name(host):
        return
    literal = _literal(host)
    found = [literal] if literal else _resolved(host, parts)
    if found and all(map(_listed, found)):
        return
    private = next((address for address in found if not (_is_public(address) or _listed(address))), None)
    if private:
        raise _private(base_url, host, "is private" if literal else f"leads to {private}, which is private")
    if literal is None and _is_private_name(host):
        raise _private(base_url, host, "is a name that only a private network knows")
    if parts.scheme == "http":
        raise _plain(base_url, host, known=bool(found))


def _parts(base_url: str) -> SplitResult:
    shown = _shown(base_url)
    if not base_url or len(base_url) > LONGEST:
        raise AddressRefused(
            f"Write an address of at most {LONGEST} characters, such as https://api.openai.com/v1."
        )
    if not base_url.isascii() or not base_url.isprintable() or re.search(r"[\s\\<>\"'`{}|^]", base_url):
        raise AddressRefused(
            f"{shown} holds characters that no address has. Write a name of other letters as xn--…."
        )
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        raise AddressRefused(f"{shown} is not an address. Write it as https://host:port/v1.") from None
    if parts.scheme not in ("http", "https"):
        raise AddressRefused(f"{shown} does not begin with https:// or http://. Write one of them.")
    if "@" in parts.netloc:
        raise AddressRefused("Leave user name and password out of the address; name the key below instead.")
    if "?" in base_url or "#" in base_url:
        raise AddressRefused(f"{shown} has a part after ? or #. Leave it out: the address ends in /v1 or so.")
    if port == 0 or parts.netloc.endswith(":"):
        raise AddressRefused(
            f"{shown} has no usable port. Write one from 1 to 65535, or leave the colon out."
        )
    return parts


def _shown(base_url: str) -> str:
    """The address for a message: short, and without what may be a password."""
    plain = "".join(char if char.isprintable() else " " for char in base_url[:LONGEST])
    return re.sub(r"//[^/]*@", "//…@", plain.partition("?")[0]) or "This"


def _host(parts: SplitResult, base_url: str) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if "[" in parts.netloc:
        if "%" in host or _literal(host) is None:
            raise AddressRefused(
                f"{_shown(base_url)} holds no IPv6 address between its brackets. Write it without zone."
            )
        return host
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise AddressRefused(f"{_shown(base_url)} names no host. Write it as https://host:port/v1.")
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and _literal(host) is None:
        raise AddressRefused(_spelling(host))
    return host


def _spelling(host: str) -> str:
    try:
        plain = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return f"{host} is not an address. Write four numbers from 0 to 255, or a name."
    return f"{host} is an odd way to write {plain}. Write {plain}."


def _literal(host: str) -> Address | None:
    try:
        return _unwrapped(ipaddress.ip_address(host))
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    """::ffff:10.0.0.1 reaches 10.0.0.1."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _resolved(host: str, parts: SplitResult) -> list[Address]:
    """Every address behind the name; none where it does not resolve now."""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    texts = {str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found}
    return [_unwrapped(ipaddress.ip_address(text)) for text in sorted(texts)]


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # Tunnels end at an IPv4 address that nobody has looked at.
        return not (address.is_site_local or address.sixtofour or address.teredo)
    return True


def _is_private_name(host: str) -> bool:
    return "." not in host or any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES)


def _listed_name(host: str) -> bool:
    return any(
        host.endswith(entry[1:]) and host != entry[2:] if entry.startswith("*.") else host == entry
        for entry in settings.PRIVATE_HOSTS
    )


def _listed(address: Address) -> bool:
    for entry in settings.PRIVATE_HOSTS:
        try:
            network = ipaddress.ip_network(entry)
        except ValueError:
            continue
        if address in network:
            return True
    return False


def _private(base_url: str, host: str, what: str) -> AddressRefused:
    return AddressRefused(
        f"{_shown(base_url)} may not be asked: {host} {what}. "
        f"If endpoints may reach it, an administrator adds {host} to {_LIST} and starts Vibes again."
    )


def _plain(base_url: str, host: str, *, known: bool) -> AddressRefused:
    why = "goes unencrypted" if known else "goes unencrypted, and the name does not resolve now"
    return AddressRefused(
        f"{_shown(base_url)} {why}. Write https://, or an administrator adds {host} to {_LIST}.",
        permanent=known,
    )
