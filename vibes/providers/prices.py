"""What a call costs: tokens times the price a million, in US dollars."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vibes.providers.base import Usage

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars a million tokens. `cached` is for tokens read from the vendor's cache, `cache_write` for those written
    to it; None: as `tokens_in`. `share` is what is charged of the price, such as 0.5 in a batch.
    """

    tokens_in: Decimal
    tokens_out: Decimal
    cached: Decimal | None = None
    cache_write: Decimal | None = None
    share: Decimal = Decimal(1)

    def cost(self, usage: Usage) -> Decimal:
        """US dollars for this usage."""
        read, written = usage.tokens_cached, usage.tokens_cache_written
        plain = max(0, usage.tokens_in - read - written)
        read_price = self.tokens_in if self.cached is None else self.cached
        write_price = self.tokens_in if self.cache_write is None else self.cache_write
        whole = plain * self.tokens_in + read * read_price + written * write_price
        return (whole + usage.tokens_out * self.tokens_out) * self.share / _MILLION

    def most(self, bytes_in: int, max_tokens: int) -> Decimal:
        """The most that a call may cost: no tokeniser makes more tokens of a text than it has UTF-8 bytes."""
        dearest = max(self.tokens_in, self.cache_write or self.tokens_in)
        return (bytes_in * dearest + max_tokens * self.tokens_out) * self.share / _MILLION
