"""Where an endpoint may be: hostile spellings, private places, and the administrator's list."""

import pickle

import pytest

from vibes import environment
from vibes.services import addresses
from vibes.services.addresses import AddressRefused, check

# Refused whatever the list says: no address of a model server is spelt like this.
MALFORMED = [
    "",
    "   ",
    "api.openai.com/v1",
    "//api.openai.com/v1",
    "ftp://example.com/v1",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "http://",
    "https:///v1",
    "https://user:password@example.com/v1",
    "https://user@example.com/v1",
    "https://example.com@127.0.0.1/v1",
    "https://example.com/v1?key=1",
    "https://example.com/v1?",
    "https://example.com/v1#part",
    "https://example.com\\@127.0.0.1/v1",
    "https://exa mple.com/v1",
    "https://example.com/v1\r\nHost: internal",
    "https://example.com\t/v1",
    "https://example.com\x00.internal/v1",
    "https://example.com:0/v1",
    "https://example.com:/v1",
    "https://example.com:65536/v1",
    "https://example.com:http/v1",
    "https://..example.com/v1",
    "https://example..com/v1",
    "https://-example.com/v1",
    "https://127%2e0%2e0%2e1/v1",
    "https://１２７.0.0.1/v1",
    "https://ⓛocalhost/v1",
    "https://bücher.example/v1",
    "https://[::1/v1",
    "https://[fe80::1%25eth0]/v1",
    "https://[127.0.0.1]/v1",
    "https://[not-an-address]/v1",
    "https://" + "a" * 64 * 5 + ".example/v1",
    "http://0x7f.1/v1",
    "http://0x7f000001/v1",
    "http://2130706433/v1",
    "http://0177.0.0.1/v1",
    "http://127.1/v1",
    "http://127.0.0.1.1/v1",
    "http://256.0.0.1/v1",
    "http://4294967296/v1",
    "<script>alert(1)</script>",
    'https://example.com/"><script>',
]
# Refused with an empty list, each in its canonical spelling.
PRIVATE = [
    "http://localhost:8000/v1",
    "http://LOCALHOST:8000/v1",
    "http://localhost.:8000/v1",
    "https://anything.localhost/v1",
    "http://127.0.0.1:8000/v1",
    "http://127.9.9.9/v1",
    "http://0.0.0.0:8000/v1",
    "https://10.0.0.1/v1",
    "https://172.16.0.1/v1",
    "https://192.168.1.1/v1",
    "https://100.100.100.200/latest/meta-data",
    "http://169.254.169.254/latest/meta-data",
    "https://198.18.0.1/v1",
    "https://224.0.0.1/v1",
    "https://240.0.0.1/v1",
    "https://255.255.255.255/v1",
    "http://[::1]:8000/v1",
    "http://[::]:8000/v1",
    "https://[fe80::1]/v1",
    "https://[fd00:ec2::254]/v1",
    "https://[fec0::1]/v1",
    "https://[ff02::1]/v1",
    "https://[::ffff:127.0.0.1]/v1",
    "https://[::ffff:7f00:1]/v1",
    "https://[::ffff:169.254.169.254]/v1",
    "https://[::127.0.0.1]/v1",
    "https://[2002:7f00:1::]/v1",
    "https://[64:ff9b::7f00:1]/v1",
    "https://[2001::1]/v1",
    "https://metadata.google.internal/computeMetadata",
    "https://gpu.local/v1",
    "https://router.home.arpa/v1",
    "https://gpu-1/v1",
]
PUBLIC = [
    "https://8.8.8.8/v1",
    "https://8.8.8.8:8443/v1",
    "https://[2606:4700::1111]/v1",
    "https://api.openai.com/v1",
    "https://API.openai.com./v1",
    "https://my_server.example.com/v1",
    "https://[::ffff:8.8.8.8]/v1",
]


@pytest.fixture
def listed(settings):
    def put(*entries: str) -> None:
        settings.PRIVATE_HOSTS = list(entries)

    return put


@pytest.mark.parametrize("address", MALFORMED)
def test_what_is_no_address_is_refused_even_where_everything_is_listed(address: str, listed) -> None:
    listed("0.0.0.0/0", "::/0", "*.com", "*.example", "localhost", "example.com")
    with pytest.raises(AddressRefused) as refusal:
        check(address)
    assert refusal.value.permanent


@pytest.mark.parametrize("address", PRIVATE)
def test_private_places_are_refused_with_the_setting_to_change(address: str, listed) -> None:
    listed()
    with pytest.raises(AddressRefused, match="VIBES_PRIVATE_HOSTS") as refusal:
        check(address)
    assert addresses.host_of(address) in str(refusal.value).lower()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_servers_need_no_list(address: str, listed) -> None:
    listed()
    check(address)


@pytest.mark.parametrize(
    ("entries", "address"),
    [
        (["localhost"], "http://localhost:8000/v1"),
        (["*.localhost"], "http://a.b.localhost/v1"),
        (["127.0.0.0/8"], "http://127.0.0.1:11434/v1"),
        (["127.0.0.1"], "http://[::ffff:127.0.0.1]:11434/v1"),
        (["::1"], "http://[::1]:8000/v1"),
        (["::1"], "http://[0:0:0:0:0:0:0:1]:8000/v1"),
        (["127.0.0.0/8", "::1"], "http://localhost:8000/v1"),  # by what the name leads to
        (["gpu-1"], "http://GPU-1:8000/v1"),
        (["*.internal"], "https://gpu.team.internal/v1"),
        (["10.0.0.0/8"], "http://10.1.2.3:8000/v1"),
        (["10.0.0.0/8"], "https://10.1.2.3:8000/v1"),
        (["fd00::/8"], "http://[fd00::7]:8000/v1"),
        (["models.example.com"], "http://models.example.com/v1"),
        (["8.8.8.8"], "http://8.8.8.8/v1"),
    ],
)
def test_the_list_opens_what_it_names(entries: list[str], address: str, listed) -> None:
    listed(*entries)
    check(address)


@pytest.mark.parametrize(
    ("entries", "address"),
    [
        (["gpu-1"], "http://gpu-11:8000/v1"),
        (["gpu-1"], "http://x.gpu-1:8000/v1"),
        (["*.internal"], "https://internal/v1"),
        (["*.internal"], "https://notinternal/v1"),
        (["*.internal"], "https://gpu.internal.example.com.local/v1"),
        (["10.0.0.0/24"], "https://10.0.1.1/v1"),
        (["127.0.0.1"], "https://127.0.0.2/v1"),
        (["localhost"], "http://127.0.0.1:8000/v1"),
        (["::1"], "http://127.0.0.1:8000/v1"),
        (["::ffff:0:0/96"], "https://10.0.0.1/v1"),
    ],
)
def test_the_list_opens_nothing_else(entries: list[str], address: str, listed) -> None:
    listed(*entries)
    with pytest.raises(AddressRefused):
        check(address)


@pytest.mark.parametrize("address", ["http://8.8.8.8/v1", "http://[2606:4700::1111]/v1"])
def test_plain_http_to_the_world_is_refused(address: str, listed) -> None:
    listed("127.0.0.0/8")
    with pytest.raises(AddressRefused, match=r"unencrypted.*https://.*VIBES_PRIVATE_HOSTS") as refusal:
        check(address)
    assert refusal.value.permanent


def test_a_name_that_does_not_resolve_just_now_is_no_lasting_refusal(listed) -> None:
    listed("10.0.0.0/8")
    check("https://nowhere.invalid/v1")  # the connection fails by itself, and is tried again
    with pytest.raises(AddressRefused, match="does not resolve now") as refusal:
        check("http://nowhere.invalid/v1")
    assert not refusal.value.permanent


def test_the_default_lets_local_servers_work_on_one_machine() -> None:
    for address in ("http://localhost:11434/v1", "http://127.0.0.1:8080/v1", "http://[::1]:8000/v1"):
        check(address)
    for address in ("http://192.168.0.7:8000/v1", "http://169.254.169.254/v1", "http://0.0.0.0:8000/v1"):
        with pytest.raises(AddressRefused):
            check(address)


def test_the_demos_own_server_is_the_administrators_setting(listed, settings) -> None:
    listed()
    settings.SCRIPTED_URL = "http://127.0.0.1:8801/v1"
    check(addresses.of("scripted", ""))
    with pytest.raises(AddressRefused):
        check("http://127.0.0.1:8802/v1")


def test_an_endpoint_without_address_goes_to_its_vendor() -> None:
    assert addresses.host_of(addresses.of("openai", "")) == "api.openai.com"
    assert addresses.host_of(addresses.of("responses", "")) == "api.openai.com"
    assert addresses.host_of(addresses.of("anthropic", "")) == "api.anthropic.com"
    assert addresses.of("openai", "http://localhost/v1") == "http://localhost/v1"
    assert addresses.host_of("http://[::1") == ""


def test_a_refusal_never_repeats_a_password() -> None:
    for address in ("https://user:hunter2@10.0.0.1/v1", "ftp://user:hunter2@host/", "https://u:hunter2@h:x/"):
        with pytest.raises(AddressRefused) as refusal:
            check(address)
        assert "hunter2" not in str(refusal.value)


def test_a_refusal_survives_the_way_between_processes() -> None:
    with pytest.raises(AddressRefused) as refusal:
        check("http://10.0.0.1/v1")
    copy = pickle.loads(pickle.dumps(refusal.value))
    assert (str(copy), copy.permanent, copy.kind) == (str(refusal.value), True, "unreachable")


@pytest.mark.parametrize(
    "value", ["http://gpu-1", "gpu-1:8000", "10.0.0.0/33", "10.0.0", "gpu 1", "*", "*.*", "a/b", "user@host"]
)
def test_a_wrong_list_stops_the_start(value: str, monkeypatch) -> None:
    monkeypatch.setenv("VIBES_PRIVATE_HOSTS", f"localhost,{value}")
    with pytest.raises(environment.EnvironmentProblem, match="VIBES_PRIVATE_HOSTS"):
        environment.hosts("VIBES_PRIVATE_HOSTS", "")


def test_an_empty_list_is_none_and_an_absent_one_the_default(monkeypatch) -> None:
    monkeypatch.setenv("VIBES_PRIVATE_HOSTS", "")
    assert environment.hosts("VIBES_PRIVATE_HOSTS", "localhost") == []
    monkeypatch.delenv("VIBES_PRIVATE_HOSTS")
    assert environment.hosts("VIBES_PRIVATE_HOSTS", "localhost") == ["localhost"]
    monkeypatch.setenv("VIBES_PRIVATE_HOSTS", " GPU-1 , *.Internal,10.0.0.0/8,::1, my_box.")
    found = environment.hosts("VIBES_PRIVATE_HOSTS", "")
    assert found == ["gpu-1", "*.internal", "10.0.0.0/8", "::1", "my_box"]
