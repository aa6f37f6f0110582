"""Who works in the demo: each process, how it is started, and how one sees that it answers."""

import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from vibes.celery import application
from vibes.demo.home import Home
from vibes.demo.ports import LOOPBACK
from vibes.demo.processes import Command

PYTHON = sys.executable
# Pages come before batches, at the start too, when all of them want the processor.
BEHIND = ("nice", "-n", "5")
ASK_SECONDS = 2.0
NO_CHANGE: Mapping[str, str] = MappingProxyType({})
# A proxy of the user's must not be asked for what is on this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def scripted(home: Home, port: int, latency: float = 0.0) -> Command:
    arguments = ("-m", "vibes.providers.scripted_server", "--port", str(port), "--answers", str(home.answers))
    return Command(
        name="scripted",
        title="scripted model server",
        arguments=(PYTHON, *arguments, "--latency", str(latency)),
        ready=lambda: responds(f"http://{LOOPBACK}:{port}/health"),
        grace=3.0,
        essential=False,
    )


def pump(environment: Mapping[str, str] = NO_CHANGE, *, processes: int = 1) -> Command:
    """Fetches generations. One process does for most: the loop in it keeps hundreds of calls in flight."""
    return _worker("pump", "generation worker", ("-P", "prefork", "-c", str(processes)), environment)


def jobs(environment: Mapping[str, str] = NO_CHANGE) -> Command:
    """Everything else, and the clock that sweeps."""
    return _worker("jobs", "job worker", ("-P", "threads", "-c", "4", "-B"), environment)


def web(port: int, descriptor: int) -> Command:
    return Command(
        name="web",
        title="web server",
        arguments=(PYTHON, "-m", "vibes.demo.web", str(descriptor)),
        ready=lambda: responds(f"http://{LOOPBACK}:{port}/health/"),
        inherited=(descriptor,),
        grace=4.0,
    )


def small_model(home: Home, port: int) -> Command:
    return Command(
        name="model",
        title="small model server",
        arguments=(
            PYTHON,
            "-m",
            "vibes.providers.small_model",
            "--dir",
            str(home.model),
            "--port",
            str(port),
        ),
        ready=lambda: responds(f"http://{LOOPBACK}:{port}/v1/models"),
        grace=3.0,
        essential=False,
    )


def _worker(queue: str, title: str, pool: Sequence[str], environment: Mapping[str, str]) -> Command:
    name = f"{queue}@vibes"
    arguments = ("-m", "celery", "-A", "vibes.celery", "worker", "-Q", queue, "-n", name, *pool)
    return Command(
        name=queue,
        title=title,
        arguments=(*BEHIND, PYTHON, *arguments, "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        ready=lambda: pings(name),
        environment=environment,
    )


def wake() -> None:
    """Sends the pump its message, by name: importing the tasks would load the whole of statistics first."""
    application.send_task("vibes.tasks.pump_generations")


def pings(worker: str) -> bool:
    replies = application.control.broadcast("ping", destination=[worker], reply=True, timeout=0.5, limit=1)
    return bool(replies)


def responds(address: str) -> bool:
    """Whether something answers there that is no error of its own."""
    try:
        DIRECT.open(address, timeout=ASK_SECONDS).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except OSError:
        return False
    return True
