"""What a study has to check and to train its raters with, in the words of its page."""

from dataclasses import dataclass

from django.db.models import Count

from annotations.models import Comparison, Protocol
from annotations.queries import training
from vibes.charts.numbers import SPACE
from vibes.queries.amounts import counted

Purpose = Comparison.Purpose


@dataclass(frozen=True)
class Kind:
    """One kind of comparison: how many there are, how the protocol asks for them, and what is missing."""

    name: str
    count: int
    asked: str
    missing: str


def kinds(protocol: Protocol) -> tuple[Kind, ...]:
    found = Comparison.objects.filter(protocol=protocol).values_list("purpose").annotate(n=Count("pk"))
    counts = dict(found.order_by())
    gold, round_of, pairs = (counts.get(p, 0) for p in (Purpose.GOLD, Purpose.TRAINING, Purpose.IDENTICAL))
    no_gold = "The study’s own comparisons stand in their places until there are some."
    no_pairs = "They are made as answers arrive."
    return (
        Kind(
            "Gold comparisons",
            gold,
            _share(protocol.gold_rate),
            no_gold if protocol.gold_rate and not gold else "",
        ),
        Kind("Training comparisons", round_of, _round(protocol), _missing(protocol, round_of)),
        Kind(
            "Identical pairs",
            pairs,
            _share(protocol.identical_rate),
            no_pairs if protocol.identical_rate and not pairs else "",
        ),
    )


def training_missing(protocol: Protocol) -> str:
    """Why raters are not trained, though the protocol asks for it; empty where they are, or where it does not."""
    return _missing(protocol, training.stored(protocol)) if protocol.training_length else ""


def _missing(protocol: Protocol, there: int) -> str:
    wanted = protocol.training_length
    if there >= wanted:
        return ""
    are = "is" if there == 1 else "are"
    return (
        f"The training round wants {counted(wanted, 'comparison')} and there {are} {there or 'none'}: until there are "
        "enough, raters begin without it, and who has begun is not trained later."
    )


def _share(rate: float) -> str:
    return f"{100 * rate:.0f}{SPACE}% of a session" if rate else "not asked for: the study’s rate is 0"


def _round(protocol: Protocol) -> str:
    length, wanted = protocol.training_length, protocol.training_pass
    if not length:
        return "not asked for: the study has no training round"
    mark = f"passed with {wanted} as expected" if wanted else "without a pass mark"
    return f"a round of {length}, {mark}"
