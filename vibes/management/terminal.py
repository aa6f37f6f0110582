"""A block of lines that is drawn anew in its place, where the output is a terminal."""

import shutil
import time
from collections.abc import Sequence

from django.core.management.base import OutputWrapper

UP, CLEAR = "\x1b[{lines}F", "\x1b[J"


class Block:
    """`live`: the output is a terminal (and this is wanted); elsewhere `due` says when the next line is."""

    def __init__(self, out: OutputWrapper, *, live: bool = True) -> None:
        self.out = out
        self.live = live and out.isatty()
        self._lines = 0
        self._last: float | None = None

    def draw(self, lines: Sequence[str]) -> None:
        """The lines in place of those drawn before; none is wider or higher than the terminal, or they would stay."""
        width, height = shutil.get_terminal_size()
        shown = [line[: width - 1] for line in lines[: height - 1]]
        back = UP.format(lines=self._lines) + CLEAR if self._lines else ""
        self.out.write(back + "\n".join(shown))
        self.out.flush()
        self._lines = len(shown)

    def due(self, seconds: float) -> bool:
        """Whether so long has passed since it last was; the first time it is."""
        now = time.monotonic()
        if self._last is not None and now - self._last < seconds:
            return False
        self._last = now
        return True
