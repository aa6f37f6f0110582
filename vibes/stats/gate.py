"""The gate: may a candidate take the place of a baseline?

Four conditions, each with a margin: (1) its win rate, (2) its win rate with cues and style controlled, (3) flags not worse,
(4) probes not worse. Passed: every lower limit is on the right side; failed: some upper limit is on the wrong side; else not
enough yet. All four must pass, which needs no correction for their number (Berger 1982, Technometrics 24, 295–300).
(5) A standing veto decides alone. "The win vanishes" is a controlled upper limit below ½ + margin beside a plain win.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vibes.stats.results import Effect, Outcome

EXIT_CODES: Mapping[str, int] = MappingProxyType({"pass": 0, "fail": 1, "bad input": 2, "not enough yet": 3})
HALF = 0.5
RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"win": (-HALF, HALF), "controlled": (-HALF, HALF), "flags": (0.0, 1.0), "probes": (0.0, 1.0)}
)
"""What each margin may be: from the first number to below the second."""


@dataclass(frozen=True)
class Margins:
    """`win`, `controlled`: how far above ½ a win rate must lie, below 0 for "not worse by more than".

    `flags`, `probes`: by how much a rate or a probe may be worse, at least 0. Raises ValueError for others.
    """

    win: float = 0.0
    controlled: float = 0.0
    flags: float = 0.02
    probes: float = 0.05

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value < high:
                raise ValueError(f"the margin {name} is {value}. Write a number from {low} to below {high}.")


@dataclass(frozen=True)
class Condition:
    """One condition of the gate and what was found. `bound`: above it is right for a win rate, below it for the others.

    `effects`: what was looked at; `reasons`: one sentence for each; `deciding`: those of them that made the outcome.
    """

    name: str
    outcome: Outcome
    bound: float
    effects: Mapping[str, Effect]
    reasons: tuple[str, ...]
    deciding: tuple[str, ...]


@dataclass(frozen=True)
class GateResult:
    """`win_vanishes`: the plain win rate passes and the controlled one lies below. `reasons`: why the outcome is as it is."""

    outcome: Outcome
    conditions: tuple[Condition, ...]
    vetoes: tuple[str, ...]
    win_vanishes: bool
    reasons: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 not enough yet; 2 is for bad input, which raises before there is a result."""
        return EXIT_CODES[self.outcome]


def gate(
    win: Effect,
    controlled: Effect,
    flags: Mapping[str, Effect],
    probes: Mapping[str, Effect],
    vetoes: Sequence[str] = (),
    margins: Margins | None = None,
) -> GateResult:
    """Decide. `win`, `controlled`: the candidate's share of wins over the baseline, 0 … 1.

    `flags`, `probes`: candidate − baseline by name, positive is worse. `vetoes`: who vetoed and why; one is enough.
    A condition with nothing measured is not enough yet. Raises ValueError for a win rate outside 0 … 1.
    """
    margin = margins or Margins()
    for name, effect in (("win rate", win), ("controlled win rate", controlled)):
        _check_share(name, effect)
    conditions = (
        _condition("win rate", {"win rate": win}, HALF + margin.win, more_is_right=True),
        _condition(
            "controlled win rate",
            {"controlled win rate": controlled},
            HALF + margin.controlled,
            more_is_right=True,
        ),
        _condition("flags not worse", flags, margin.flags, more_is_right=False),
        _condition("probes not worse", probes, margin.probes, more_is_right=False),
    )
    return _decided(conditions, tuple(vetoes), _vanishes(conditions[0], controlled, margin))


def _check_share(name: str, effect: Effect) -> None:
    for value in (effect["estimate"], effect["low"], effect["high"]):
        if value is not None and not 0.0 <= value <= 1.0:
            raise ValueError(f"the {name} is {value}. A win rate lies between 0 and 1.")


def _condition(name: str, effects: Mapping[str, Effect], bound: float, *, more_is_right: bool) -> Condition:
    if not effects:
        nothing = (f"{name}: nothing was measured",)
        return Condition(name, "not enough yet", bound, {}, nothing, nothing)
    found = {
        part: outcome_of(effect, bound, more_is_right=more_is_right)
        for part, effect in sorted(effects.items())
    }
    reasons = {part: _reason(part, effects[part], outcome, bound) for part, outcome in found.items()}
    together = _together(list(found.values()))
    deciding = tuple(said for part, said in reasons.items() if found[part] == together)
    return Condition(name, together, bound, effects, tuple(reasons.values()), deciding)


def outcome_of(effect: Effect, bound: float, *, more_is_right: bool) -> Outcome:
    """Of one effect, by where both limits lie. On the bound itself is on neither side."""
    low, high = effect["low"], effect["high"]
    if effect["state"] != "ok" or low is None or high is None:
        return "not enough yet"
    above: Outcome = "pass" if more_is_right else "fail"
    below: Outcome = "fail" if more_is_right else "pass"
    if low > bound:
        return above
    return below if high < bound else "not enough yet"


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    if "fail" in outcomes:
        return "fail"
    return "not enough yet" if "not enough yet" in outcomes else "pass"


def _reason(name: str, effect: Effect, outcome: Outcome, bound: float) -> str:
    low, high = effect["low"], effect["high"]
    if effect["state"] != "ok" or low is None or high is None:
        return f"{name}: {outcome}, {effect.get('note', 'there is no interval')}"
    return f"{name}: {outcome}, [{low:.3f}, {high:.3f}] against {bound:.3f}"


def _vanishes(plain: Condition, controlled: Effect, margin: Margins) -> bool:
    high = controlled["high"] if controlled["state"] == "ok" else None
    return plain.outcome == "pass" and high is not None and high < HALF + margin.controlled


def _decided(conditions: tuple[Condition, ...], vetoes: tuple[str, ...], vanishes: bool) -> GateResult:
    if vetoes:
        reasons = tuple(f"standing veto: {veto}" for veto in vetoes)
        return GateResult("fail", conditions, vetoes, vanishes, reasons)
    outcome = _together([condition.outcome for condition in conditions])
    said = tuple(r for c in conditions if c.outcome == outcome for r in c.deciding)
    vanished = (
        ("The win vanishes: with cues and style controlled it lies below ½ + margin",) if vanishes else ()
    )
    return GateResult(outcome, conditions, vetoes, vanishes, (*vanished, *said))
