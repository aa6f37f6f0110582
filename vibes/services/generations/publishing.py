"""The growing answer of a call that somebody waits for, written where the rating room reads it.

A call neither waits for this nor fails with it: what Redis does not take is not seen to grow, and comes whole at the end.
Names are masked as they will be at the end; the last sentences are held back, for they could still become one.
"""

import asyncio
import logging
import re
import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.cache import caches
from redis import RedisError

from annotations.queries import live
from annotations.rendering.self_naming import mask
from vibes.providers.base import Piece, Reply

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.1
# The end of a sentence, or of a line.
_END = re.compile(r"[.!?…][\"')\]*_]*\s+|\n+")
# A sentence that is still open may say of an earlier one whose words it was.
HELD_BACK = 2
_NAMES = "live-names"


def announce(*, comparison: object, names: Collection[str]) -> None:
    """Says which names an answer may not say of itself, before its call begins."""
    _quietly(f"{_NAMES}:{comparison}", sorted(names))


def settled(text: str) -> str:
    """What of a growing text no longer changes by what may follow."""
    ends = [found.end() for found in _END.finditer(text)]
    return text[: ends[-HELD_BACK]] if len(ends) >= HELD_BACK else ""


def _quietly(key: str, value: object) -> None:
    try:
        caches["live"].set(key, value, live.SECONDS)
    except (RedisError, OSError) as error:
        logger.warning("A growing answer cannot be shown: %s", error)


class Voice:
    """One call's answer. What it says is written by `thread`, one write at a time, the newest text each time."""

    def __init__(self, channel: str, thread: ThreadPoolExecutor) -> None:
        self._channel = channel
        self._thread = thread
        self._pieces: list[str] = []
        self._writing: Future[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._last = 0.0
        self._said = ""
        self._names: list[str] | None = None

    def say(self, piece: Piece) -> None:
        """Thoughts are not shown."""
        if piece.thought:
            return
        self._pieces.append(piece.text)
        if self._later is None:
            wait = max(0.0, self._last + EVERY_SECONDS - time.monotonic())
            self._later = asyncio.get_running_loop().call_later(wait, self._tell)

    def close(self, reply: Reply | None) -> None:
        """All of it; or, where the call failed, nothing: the next call begins anew."""
        if self._later:
            self._later.cancel()
        self._thread.submit(self._write, reply.text if reply else "", reply is not None)

    def _tell(self) -> None:
        self._later = None
        if self._writing is None or self._writing.done():
            self._last = time.monotonic()
            self._pieces = ["".join(self._pieces)]
            self._writing = self._thread.submit(self._write, self._pieces[0], False)

    def _write(self, text: str, whole: bool) -> None:
        shown = text if whole else settled(text)
        if shown == self._said and not whole:
            return
        try:
            if self._names is None:
                comparison = self._channel.partition(":")[0]
                self._names = caches["live"].get(f"{_NAMES}:{comparison}")
            # Without the names nothing is shown before the end.
            if self._names is not None:
                told = (mask(shown, self._names).text, whole)
                caches["live"].set(live.key(self._channel), told, live.SECONDS)
                self._said = shown
        except (RedisError, OSError) as error:
            logger.warning("A growing answer cannot be shown: %s", error)
