"""The command line of the scripted server: its answers from a file, its address on one line, its end on a signal."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from vibes.providers.scripted import MODELS, Answers
from vibes.providers.scripted_faults import FORM, FaultRule, UnknownFaultError, parse_rule
from vibes.providers.scripted_limits import Limits
from vibes.providers.scripted_metrics import OWNERS
from vibes.providers.scripted_options import Pace
from vibes.providers.scripted_protocols import MANNERS
from vibes.providers.scripted_server import ScriptedServer, create_app

# A thousand clients that come at once wait here.
BACKLOG = 2048
# Longer than any client keeps an idle connection: closed under a request that is just being sent, it looks like a fault.
KEEP_ALIVE_SECONDS = 600


class AnswersError(ValueError):
    """The file of answers cannot be used."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT. Exit status 2, with one sentence on stderr, where it cannot start."""
    options = _parser().parse_args(arguments)
    try:
        rules = [*options.fault, *_rules_from_environment()]
        app = create_app(
            read_answers(options.answers),
            faults=rules,
            pace=Pace(options.latency, options.latency_sigma, options.piece_seconds),
            limits=Limits(options.slots, options.limit, options.requests_per_minute),
            like=options.like,
            thoughts=options.thoughts,
            batch_seconds=options.batch_seconds,
        )
        listener = listen(options.port)
    except (AnswersError, UnknownFaultError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    announce(listener, MODELS)
    serve(app, listener)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vibes.providers.scripted_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--answers", type=Path, help="JSON file {prompt text: {model: answer}}")
    parser.add_argument("--latency", type=float, default=0.0, help="mean seconds per reply")
    parser.add_argument("--latency-sigma", type=float, default=0.0, help="log-normal spread of the latency")
    parser.add_argument("--piece-seconds", type=float, default=0.0, help="seconds after each streamed event")
    parser.add_argument("--batch-seconds", type=float, default=0.0, help="seconds that a batch takes")
    parser.add_argument(
        "--slots", type=int, default=0, help="requests in work at once; more wait (0: no limit)"
    )
    parser.add_argument(
        "--limit", type=int, default=0, help="requests taken at once; more get 429 (0: no limit)"
    )
    parser.add_argument("--requests-per-minute", type=float, default=0.0, help="more get 429 (0: no limit)")
    parser.add_argument(
        "--like", choices=sorted(OWNERS), default="scripted", help="whose health, version and numbers"
    )
    parser.add_argument(
        "--thoughts", choices=MANNERS, default="", help="how a chat shows thoughts; it has none without"
    )
    parser.add_argument("--fault", type=_rule, action="append", default=[], help=f"{FORM}; can be repeated")
    return parser


def _rule(text: str) -> FaultRule:
    try:
        return parse_rule(text)
    except UnknownFaultError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _rules_from_environment() -> list[FaultRule]:
    """`VIBES_SCRIPTED_FAULTS`, rules with commas between them: for a server that something else starts."""
    return [parse_rule(rule) for rule in os.environ.get("VIBES_SCRIPTED_FAULTS", "").split(",") if rule]


def read_answers(path: Path | None) -> Answers:
    """The bank in a JSON file; empty without one. Raises AnswersError, saying what the file should hold."""
    if path is None:
        return {}
    try:
        answers = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnswersError(f"Cannot read the answers in {path}: {error}.") from None
    if not _is_bank(answers):
        raise AnswersError(f"The answers in {path} must be {{prompt text: {{model: answer}}}}.")
    return answers  # type: ignore[no-any-return]  # checked just above


def _is_bank(answers: object) -> bool:
    return isinstance(answers, dict) and all(
        isinstance(by_model, dict) and all(isinstance(answer, str) for answer in by_model.values())
        for by_model in answers.values()
    )


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1. Raises OSError, naming the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise OSError(f"Port {port} on 127.0.0.1 cannot be used: {error}.") from None
    listener.listen(BACKLOG)
    return listener


def announce(listener: socket.socket, models: Sequence[str]) -> None:
    """One JSON line on stdout: address, base_url (up to /v1), models, pid. Connections already wait from here on."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    line = {"address": address, "base_url": f"{address}/v1", "models": list(models), "pid": os.getpid()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def serve(app: ScriptedServer, listener: socket.socket) -> None:
    """Serves until SIGTERM or SIGINT; requests that still hang a second later are dropped."""
    import uvicorn

    _allow_many_connections()
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        date_header=False,  # the app's own, which a fault can falsify
        lifespan="off",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return


def _allow_many_connections() -> None:
    """As many as the system lets this process have: 1,024 is the usual start, and too few for 1,000 clients."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    raise SystemExit(main())
