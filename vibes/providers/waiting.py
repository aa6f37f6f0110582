"""How long a server asks to be left alone."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping

# Who asks for more is asked again all the same; seconds.
_LONGEST_S = 86_400.0


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (0 to a day) from `retry-after-ms` or `retry-after` (seconds or an HTTP date), else None.

    A date is meant by the server's clock, which its `date` header tells; ours may go wrong.
    """
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        seconds = _seconds(headers.get(name, ""), headers.get("date", ""))
        if seconds is not None:
            return min(seconds / divisor, _LONGEST_S)
    return None


def _seconds(value: str, server_date: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        now = _moment(server_date)
        seconds = _moment(value) - (time.time() if math.isnan(now) else now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _moment(http_date: str) -> float:
    """Seconds since 1970 at an HTTP date; NaN where it is none."""
    try:
        parsed = email.utils.parsedate_tz(http_date)
        return float(email.utils.mktime_tz(parsed)) if parsed else math.nan
    except (ValueError, OverflowError):
        return math.nan
