"""How the scripted server is told to behave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist

from vibes.providers.scripted_limits import Limits


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a reply takes: `mean_s` seconds, log-normal with `sigma` over prompts and models (0: all the same).

    A streamed reply begins after that time and then takes `piece_s` seconds for each event.
    """

    mean_s: float = 0.0
    sigma: float = 0.0
    piece_s: float = 0.0

    def seconds(self, digest: str) -> float:
        """The time for one conversation, from its hash: the same each time, so that runs can be compared."""
        if not self.sigma:
            return self.mean_s
        share = (int(digest, 16) + 0.5) / 16 ** len(digest)
        return self.mean_s * math.exp(self.sigma * NormalDist().inv_cdf(share) - self.sigma**2 / 2)


@dataclass(frozen=True, slots=True)
class Options:
    """Pace and limits, whom the server is like, how a chat shows thoughts, how long a batch takes, which key is right."""

    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    like: str = "scripted"
    thoughts: str = ""
    batch_seconds: float = 0.0
    api_key: str = ""
