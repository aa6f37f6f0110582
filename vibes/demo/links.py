"""What the terminal shows: where to go, and what was found on this machine."""

from collections.abc import Iterable
from pathlib import Path

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from annotations.models import Invitation
from annotations.services import invitations, sign_in
from vibes.providers.discovery import FoundServer
from vibes.services.seeding import Seeded

NAMES = {
    "ollama": "Ollama",
    "llama.cpp": "llama.cpp",
    "lm-studio": "LM Studio",
    "vllm": "vLLM",
    "sglang": "SGLang",
}
SHOWN_MODELS = 4

READY = """
Vibes is running.

  Lead   {lead}
         signs you in once; `make demo` in another terminal prints a fresh link
  Rater  {rater}
         open it in another browser, or in a private window

Soon among the studies: a release that wins the votes and fails at its Gate, because its win is flattery.

Ctrl-C ends every process and keeps the data, which is in {directory} (logs too).
"""
ENDED = "Vibes has ended. Your data is in {directory}; `make demo` goes on with it."
ALREADY = """
Vibes is already running here: {address} (process {pid}). Ctrl-C in its terminal ends it.

  Lead   {lead}
  Rater  {rater}
"""
STARTING = "Vibes is being started or ended here by another process: wait for it, then start again."


def ready(seeded: Seeded, address: str, directory: Path) -> str:
    return READY.format(**_addresses(seeded, address), directory=directory)


def already(seeded: Seeded, address: str, pid: int) -> str:
    return ALREADY.format(**_addresses(seeded, address), address=address, pid=pid)


def _addresses(seeded: Seeded, address: str) -> dict[str, str]:
    rater = reverse("annotations:invitation", args=[_invitation(seeded).token])
    return {"lead": address + sign_in.path_for(seeded.lead), "rater": address + rater}


def _invitation(seeded: Seeded) -> Invitation:
    """The newest rating link that still opens; a new one where all have run out."""
    protocol = seeded.study.protocol
    links = Invitation.objects.filter(protocol=protocol, withdrawn_at=None, taken__lt=F("places"))
    found = links.filter(expires_at__gt=timezone.now()).order_by("-pk").first()
    return found or invitations.create(by=seeded.lead, protocol=protocol)


def found_lines(servers: Iterable[FoundServer], ours: Iterable[str]) -> list[str]:
    """One line for each model server that is not one of the demo's own."""
    known = set(ours)
    return [
        _found_line(server)
        for server in servers
        if server.kind != "scripted" and server.base_url not in known
    ]


def _found_line(server: FoundServer) -> str:
    models = ", ".join(server.models[:SHOWN_MODELS])
    more = len(server.models) - SHOWN_MODELS
    rest = f" and {more} more" if more > 0 else ""
    name = NAMES.get(server.kind, server.kind)
    return f"  found: {name} at {server.base_url} with {models}{rest}: add it on the Endpoints page"
