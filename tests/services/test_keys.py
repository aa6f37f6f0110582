"""Keys by name only, each for its own hosts."""

import os
import pickle

import pytest

from tests.services import desk
from vibes import environment
from vibes.services import endpoints, key_store, keys
from vibes.services.keys import KeyRefused

pytestmark = pytest.mark.django_db
SECRET = "sk-live-0123456789abcdef"


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch) -> None:
    monkeypatch.setattr(key_store, "LOOK_AGAIN_SECONDS", 0)


@pytest.fixture
def folder(tmp_path, settings):
    settings.SECRETS_DIR = tmp_path / "secrets"
    settings.SECRETS_DIR.mkdir()
    return settings.SECRETS_DIR


def local(name: str, port: int = 9, **settings: object):
    return endpoints.add(
        by=desk.lead(),
        name=name,
        provider="local",
        model="m",
        base_url=f"http://127.0.0.1:{port}/v1",
        **settings,
    )


def test_no_key_is_a_placeholder() -> None:
    assert keys.key("", "http://127.0.0.1:9/v1") == "none"


def test_a_variable_is_read_where_it_belongs(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f" {SECRET}\n")
    assert keys.key("OPENAI_API_KEY", "https://api.openai.com/v1") == SECRET
    assert keys.key("OPENAI_API_KEY", "https://API.OPENAI.COM.:443/v1") == SECRET


@pytest.mark.parametrize(
    ("reference", "base_url"),
    [
        ("OPENAI_API_KEY", "https://api.openai.com.evil.example/v1"),
        ("OPENAI_API_KEY", "https://evil.example/api.openai.com/v1"),
        ("OPENAI_API_KEY", "https://xapi.openai.com/v1"),
        ("OPENAI_API_KEY", "http://127.0.0.1:8000/v1"),
        ("OPENAI_API_KEY", "https://api.anthropic.com"),
        ("OPENAI_API_KEY", "https://api.openai.com@evil.example/v1"),
        ("OPENAI_API_KEY", ""),
        ("ANTHROPIC_API_KEY", "https://api.openai.com/v1"),
        ("ANTHROPIC_API_KEY", "https://anthropic.com.evil.example"),
    ],
)
def test_a_vendors_key_goes_to_its_vendor_alone(reference: str, base_url: str, monkeypatch) -> None:
    monkeypatch.setenv(reference, SECRET)
    with pytest.raises(KeyRefused, match=f"{reference} belongs to api") as refusal:
        keys.key(reference, base_url)
    assert SECRET not in str(refusal.value)
    assert (refusal.value.kind, refusal.value.permanent) == ("auth", True)


@pytest.mark.parametrize(
    "reference",
    [
        SECRET,
        "PATH",
        "VIBES_SECRET_KEY",
        "openai_api_key",
        "_API_KEY",
        "OPENAI_API_KEY\n",
        "OPENAI_API_KEY ",
        "A_API_KEY;B_API_KEY",
        "file:",
        "file:../passwd",
        "file:..",
        "file:/etc/passwd",
        "file:a/b",
        "file:a\\b",
        "file:.hidden",
        "file:a\x00b",
        "file:name with blanks",
        "FILE:name",
        "${OPENAI_API_KEY}",
    ],
)
def test_what_names_no_key_is_refused_and_not_repeated(reference: str, folder) -> None:
    with pytest.raises(KeyRefused, match="_API_KEY") as refusal:
        keys.key(reference, "http://127.0.0.1:9/v1")
    if len(reference) > 8 and reference not in "OPENAI_API_KEY ":
        assert reference not in str(refusal.value)


def test_a_key_that_is_not_set_is_told_with_its_mend(monkeypatch) -> None:
    monkeypatch.delenv("GPU_API_KEY", raising=False)
    with pytest.raises(KeyRefused, match=r"GPU_API_KEY is not set.*Set it"):
        keys.key("GPU_API_KEY", "http://127.0.0.1:9/v1")


@pytest.mark.parametrize("content", [f"{SECRET}\n", f"{SECRET}\r\n", SECRET, f"{SECRET}\n\n"])
def test_a_secret_file_loses_its_last_line_end(content: str, folder) -> None:
    (folder / "gpu").write_bytes(content.encode())
    assert keys.key("file:gpu", "http://127.0.0.1:9/v1") == SECRET


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"one\ntwo", b"with blank", "schlüssel-12345".encode(), b"\xff\xfe12345678", b"a" * 9000],
)
def test_a_file_that_holds_no_key_is_refused_without_its_content(content: bytes, folder) -> None:
    (folder / "gpu").write_bytes(content)
    with pytest.raises(KeyRefused, match="gpu") as refusal:
        keys.key("file:gpu", "http://127.0.0.1:9/v1")
    assert "two" not in str(refusal.value)


def test_a_link_out_of_the_folder_is_refused_and_one_inside_followed(folder, tmp_path) -> None:
    (tmp_path / "outside").write_text(SECRET)
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "real").write_text(SECRET)
    (folder / "inside").symlink_to("real")
    assert keys.key("file:inside", "http://127.0.0.1:9/v1") == SECRET
    for name in ("out", "loop", "absent"):
        with pytest.raises(KeyRefused, match="VIBES_SECRETS_DIR"):
            keys.key(f"file:{name}", "http://127.0.0.1:9/v1")


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo])
def test_what_is_no_plain_file_is_refused_at_once(make, folder) -> None:
    make(folder / "odd")
    with pytest.raises(KeyRefused, match="plain file"):
        keys.key("file:odd", "http://127.0.0.1:9/v1")


def test_without_a_folder_files_cannot_be_named(settings) -> None:
    settings.SECRETS_DIR = None
    with pytest.raises(KeyRefused, match="Set VIBES_SECRETS_DIR"):
        keys.key("file:gpu", "http://127.0.0.1:9/v1")


def test_a_key_belongs_to_the_host_of_the_first_live_endpoint_that_names_it(monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", SECRET)
    first = local("first", key_variable="GPU_API_KEY")
    local("second, same host", port=10, key_variable="GPU_API_KEY")
    elsewhere = {"provider": "openai", "model": "m", "base_url": "https://evil.example/v1"}
    with pytest.raises(
        KeyRefused, match=r"belongs to 127\.0\.0\.1 \(endpoint first\).*key of its own.*VIBES_KEY_HOSTS"
    ):
        endpoints.add(by=desk.lead(), name="thief", key_variable="GPU_API_KEY", **elsewhere)
    with pytest.raises(KeyRefused):
        keys.key("GPU_API_KEY", "https://evil.example/v1")
    assert keys.key("GPU_API_KEY", first.base_url) == SECRET


def test_a_file_key_is_bound_like_a_variable(folder) -> None:
    (folder / "gpu").write_text(SECRET)
    local("first", key_variable="file:gpu")
    with pytest.raises(KeyRefused, match="file:gpu belongs to"):
        keys.key("file:gpu", "https://evil.example/v1")


def test_the_key_is_free_again_when_its_endpoints_are_archived(monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", SECRET)
    first = local("first", key_variable="GPU_API_KEY")
    endpoints.archive(by=desk.lead(), endpoint=first)
    assert keys.key("GPU_API_KEY", "https://new.example/v1") == SECRET


def test_a_row_whose_snapshot_is_old_does_not_send_the_key_to_the_old_host(monkeypatch) -> None:
    """The endpoint and its key have moved; the row still names the address of before."""
    monkeypatch.setenv("GPU_API_KEY", SECRET)
    moved = local("first", key_variable="GPU_API_KEY")
    old = moved.base_url
    endpoints.edit(by=desk.lead(), endpoint=moved, base_url="http://localhost:9/v1")
    with pytest.raises(KeyRefused, match="belongs to localhost"):
        keys.key("GPU_API_KEY", old)


def test_one_of_two_endpoints_cannot_take_the_key_elsewhere(monkeypatch) -> None:
    first, second = local("first", key_variable="GPU_API_KEY"), local("second", key_variable="GPU_API_KEY")
    for endpoint in (first, second):
        with pytest.raises(KeyRefused):
            endpoints.edit(by=desk.lead(), endpoint=endpoint, base_url="http://localhost:9/v1")


def test_the_administrators_list_decides(settings, monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", SECRET)
    settings.KEY_HOSTS = {"GPU_API_KEY": ("a.example", "b.example"), "OPENAI_API_KEY": ("proxy.example",)}
    local_key = {"reference": "GPU_API_KEY"}
    for host in ("a.example", "b.example"):
        assert keys.key(local_key["reference"], f"https://{host}/v1") == SECRET
    with pytest.raises(KeyRefused, match=r"a\.example and b\.example \(VIBES_KEY_HOSTS\)"):
        local("third", key_variable="GPU_API_KEY")
    with pytest.raises(KeyRefused):
        keys.check("OPENAI_API_KEY", "https://api.openai.com/v1")


def test_the_list_is_read_from_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("VIBES_KEY_HOSTS", "GPU_API_KEY = gpu-1.example, GPU-2.example. ; file:x=10.0.0.7;")
    assert environment.key_hosts("VIBES_KEY_HOSTS") == {
        "GPU_API_KEY": ("gpu-1.example", "gpu-2.example"),
        "file:x": ("10.0.0.7",),
    }


@pytest.mark.parametrize(
    "value",
    ["KEY", "KEY=", "=host", SECRET, f"KEY=https://{SECRET}", "KEY=*.example.org", "KEY=10.0.0.0/8"],
)
def test_a_wrong_list_stops_the_start_and_repeats_nothing(value: str, monkeypatch) -> None:
    monkeypatch.setenv("VIBES_KEY_HOSTS", value)
    with pytest.raises(environment.EnvironmentProblem, match="VIBES_KEY_HOSTS") as problem:
        environment.key_hosts("VIBES_KEY_HOSTS")
    assert SECRET not in str(problem.value)


def test_known_keys_are_those_that_this_process_can_see(folder, monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", f"{SECRET}-longer")
    monkeypatch.setenv("OTHER_API_KEY", SECRET)
    monkeypatch.setenv("SHORT_API_KEY", "EMPTY")
    monkeypatch.setenv("NOT_A_KEY", "an innocent sentence")
    (folder / "gpu").write_text("file-secret-12345\n")
    found = keys.known()
    assert {f"{SECRET}-longer", SECRET, "file-secret-12345"} <= set(found)
    assert not {"EMPTY", "an innocent sentence"} & set(found)
    assert keys.redact(f"{SECRET}-longer and {SECRET}") == "[key] and [key]"


def test_percent_encoding_hides_no_key(monkeypatch) -> None:
    monkeypatch.setenv("GPU_API_KEY", "a+b/c=d+e/f=g")
    assert keys.redact("?k=a%2Bb%2Fc%3Dd%2Be%2Ff%3Dg") == "?k=[key]"


def test_a_refusal_survives_the_way_between_processes() -> None:
    with pytest.raises(KeyRefused) as refusal:
        keys.check("OPENAI_API_KEY", "http://127.0.0.1/v1")
    assert str(pickle.loads(pickle.dumps(refusal.value))) == str(refusal.value)


def test_a_key_that_was_replaced_in_its_file_is_still_hidden(folder) -> None:
    (folder / "gpu").write_text("first-secret-1234")
    assert key_store.value("file:gpu") == "first-secret-1234"
    (folder / "gpu").write_text("second-secret-1234")
    assert key_store.value("file:gpu") == "second-secret-1234"
    assert keys.redact("first-secret-1234 second-secret-1234") == "[key] [key]"
