"""No connection, and why: each reason has its own words, on real sockets."""

import socket
import ssl
import subprocess
import threading
from contextlib import aclosing, closing, contextmanager

import pytest

from tests.providers.loopback import ask, connect
from vibes.providers.base import ProviderError
from vibes.providers.registry import provider as provider_class
from vibes.providers.scripted_command import listen

NAMES = ("responses", "openai", "anthropic", "local")


async def failures(name: str, address: str, **fields) -> list[ProviderError]:
    """What each of the four calls says."""
    found = []
    async with aclosing(connect(name, address)) as provider:
        for call in (provider.complete, provider.stream, provider.health, provider.list_models):
            with pytest.raises(ProviderError) as caught:
                asked = call(ask(**fields)) if call in (provider.complete, provider.stream) else call()
                await (anext(asked) if hasattr(asked, "__anext__") else asked)
            found.append(caught.value)
    return found


@pytest.fixture
def no_proxy(monkeypatch):
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.mark.parametrize("name", NAMES)
async def test_refused(name):
    with closing(listen(0)) as listener:
        port = listener.getsockname()[1]
    for error in await failures(name, f"http://127.0.0.1:{port}"):
        assert (error.kind, error.permanent) == ("unreachable", False)
        assert f"cannot be reached at 127.0.0.1:{port}: connection refused. Is the server running" in str(
            error
        )


@pytest.mark.parametrize("name", NAMES)
async def test_no_such_name(name, no_proxy):
    for error in await failures(name, "http://no-such-host.invalid"):
        assert (error.kind, error.permanent) == ("unreachable", False)
        assert "no-such-host.invalid: no such host name is known here" in str(error)


@pytest.mark.parametrize("name", NAMES)
async def test_plain_http_behind_an_https_address(name, scripted):
    for error in await failures(name, f"https://127.0.0.1:{scripted.port}"):
        assert (error.kind, error.permanent) == ("unreachable", False)
        assert "no secure connection" in str(error) and "plain http://" in str(error)


@contextmanager
def listening_with(certificate: str):
    """A loopback listener that shakes hands with a certificate which nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with closing(listen(0)) as listener:
        listener.settimeout(0.1)
        stop = threading.Event()

        def greet() -> None:
            while not stop.is_set():
                try:
                    with listener.accept()[0] as raw, context.wrap_socket(raw, server_side=True):
                        pass
                except (TimeoutError, OSError):
                    pass

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        stop.set()
        thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    both = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", str(both), "-out", str(both) + ".crt"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=30)
    except FileNotFoundError:
        pytest.skip("needs the openssl command")
    both.write_text(both.read_text() + both.with_name("both.pem.crt").read_text())
    return str(both)


@pytest.mark.parametrize("name", NAMES)
async def test_a_certificate_that_nobody_trusts(name, certificate):
    with listening_with(certificate) as port:
        for error in await failures(name, f"https://127.0.0.1:{port}"):
            assert (error.kind, error.permanent) == ("unreachable", False)
            assert "its certificate is not trusted (self-signed certificate)" in str(error)
            assert "SSL_CERT_FILE" in str(error)


@pytest.mark.parametrize("name", NAMES)
async def test_a_server_that_hangs_up_at_once(name):
    with closing(listen(0)) as listener:
        stop = threading.Event()

        def hang_up() -> None:
            while not stop.is_set():
                listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        port = listener.getsockname()[1]
        for error in await failures(name, f"http://127.0.0.1:{port}"):
            assert (error.kind, error.permanent) == ("unreachable", False)
            assert f"at 127.0.0.1:{port} broke the connection" in str(error)
        stop.set()
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join(5)


async def test_an_address_shows_host_and_port_alone():
    address = "http://127.0.0.1:9/secret-path?token=abc"
    async with aclosing(provider_class("openai")(address, "", 1.0)) as provider:
        with pytest.raises(ProviderError, match=r"at 127\.0\.0\.1:9: ") as caught:
            await provider.complete(ask())
    assert "secret" not in str(caught.value) and "abc" not in str(caught.value)


@pytest.mark.parametrize("name", ["local", "scripted"])
def test_without_an_address_no_vendor_is_asked(name):
    with pytest.raises(ProviderError, match="has no address: enter one"):
        provider_class(name)("", "sk-1", 1.0)


@pytest.mark.parametrize(
    ("name", "host"),
    [("responses", "api.openai.com"), ("openai", "api.openai.com"), ("anthropic", "api.anthropic.com")],
)
def test_without_an_address_the_vendor_is_meant(name, host):
    assert provider_class(name)("", "sk-1", 1.0)._sdk.base_url.host == host


@pytest.mark.parametrize("key", ["sk-\u00e9", "sk-1\nsk-2", "sk-\x00"])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_no_header_can_hold_is_not_quoted(name, key):
    with pytest.raises(ProviderError, match="holds characters that no key has") as caught:
        provider_class(name)("http://127.0.0.1:9/v1", key, 1.0)
    assert (caught.value.kind, "sk-" in str(caught.value)) == ("auth", False)
