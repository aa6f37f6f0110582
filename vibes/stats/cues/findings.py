"""The finding of a cue: five words at most, by fixed rules, at planned looks.

In this order: fewer than ten effective raters, or before the first look: `not enough yet`. Lower limits of T1 and of
T2 − ¼ β_far above 0: `tiebreak` (a fifth of β_far is what random clicks can fake). C's interval excludes 0 and T2's lies
inside ±0.4: `additive`. C's excludes 0: `taste; tiebreak not decided`. C's inside ±0.02: `none found`. Else `not enough yet`.
Three looks at |z| of 3.47, 2.45 and 2.00 keep false finds at 5 % over all of them: O'Brien and Fleming (1979), Biometrics 35,
549–556. At the last look, and in a file without a plan, the ordinary t intervals decide.
"""

from dataclasses import dataclass

from vibes.stats.results import Effect, Finding

ADDITIVE_WITHIN = 0.4
NONE_WITHIN = 0.02
FAKED = 0.25
"""Share of β_far that T2 must exceed."""

BOUNDS = (3.47, 2.45)
"""|z| at the first and the second look; at the last the t intervals take the place of 2.00."""


@dataclass(frozen=True)
class Look:
    """Where the votes stand among the looks. `passed`: 0 before the first, 3 at the last; `interim`: between two.

    `votes`: how many votes the last look passed is about. `next`: how many the next one waits for; 0 after the last.
    """

    passed: int
    interim: bool
    votes: int
    next: int

    @property
    def z(self) -> float | None:
        """How many standard errors each limit is away; None where the t interval decides."""
        return BOUNDS[self.passed - 1] if 0 < self.passed < 3 else None


def look(votes: int, planned: int | None) -> Look:
    """Place the votes of a study among the looks of its plan. Raises ValueError for a plan of no votes."""
    if planned is None:
        return Look(3, False, votes, 0)
    if planned < 1:
        raise ValueError(f"a plan of {planned} votes has no looks")
    at = [-(-planned * part // 3) for part in (1, 2, 3)]
    passed = sum(votes >= place for place in at)
    if passed == 3:
        return Look(3, False, votes, 0)
    seen = at[passed - 1] if passed else 0
    return Look(passed, passed > 0 and votes > seen, seen, at[passed])


@dataclass(frozen=True)
class Figures:
    """What decides: C and T1 in probability above ½, T2 and `beyond` = T2 − ¼ β_far in log-odds."""

    C: Effect
    T1: Effect
    T2: Effect
    beyond: Effect


def decide(figures: Figures, at: Look) -> tuple[Finding, str]:
    """The finding and a sentence with the numbers that decided it."""
    if figures.C["state"] != "ok":
        return "not enough yet", _sentence(figures.C.get("note", "C has no interval"))
    if at.passed == 0:
        return "not enough yet", f"The first look waits for {at.next} votes."
    c, t1, t2, beyond = (_limits(effect, at.z) for effect in _all(figures))
    said = f"{_told('C', c)}, {_told('T1', t1)}, {_told('T2', t2)}, {_told('T2 − ¼ β_far', beyond)}"
    if t1 and beyond and t1[0] > 0.0 and beyond[0] > 0.0:
        return "tiebreak", f"T1 and T2 − ¼ β_far lie above 0: {said}."
    taste = c is not None and (c[0] > 0.0 or c[1] < 0.0)
    if taste and t2 and t2[0] > -ADDITIVE_WITHIN and t2[1] < ADDITIVE_WITHIN:
        return "additive", f"C excludes 0 and T2 lies inside ±{ADDITIVE_WITHIN}: {said}."
    if taste:
        return "taste; tiebreak not decided", f"C excludes 0, T1 and T2 do not settle the tiebreak: {said}."
    if c and c[0] > -NONE_WITHIN and c[1] < NONE_WITHIN:
        return "none found", f"C lies inside ±{NONE_WITHIN}: {said}."
    return "not enough yet", f"C holds 0 and reaches beyond ±{NONE_WITHIN}: {said}."


def _all(figures: Figures) -> tuple[Effect, Effect, Effect, Effect]:
    return figures.C, figures.T1, figures.T2, figures.beyond


def _limits(effect: Effect, z: float | None) -> tuple[float, float] | None:
    if effect["state"] != "ok" or effect["low"] is None or effect["high"] is None:
        return None
    if z is None:
        return effect["low"], effect["high"]
    if effect["estimate"] is None or effect["se"] is None:
        return None
    return effect["estimate"] - z * effect["se"], effect["estimate"] + z * effect["se"]


def _told(name: str, limits: tuple[float, float] | None) -> str:
    if limits is None:
        return f"{name} has no interval"
    return f"{name} {limits[0]:+.3f} to {limits[1]:+.3f}".replace("-", "\N{MINUS SIGN}")


def _sentence(note: str) -> str:
    text = note.rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
