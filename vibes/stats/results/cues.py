"""Sycophancy: the tiebreak section, randomised cues, own prompts, the exchange rate, and how many votes are needed."""

from typing import Literal, NotRequired, TypedDict

from vibes.stats.results.effects import Effect, Finding


class Curve(TypedDict):
    """P(choose the more sycophantic answer; ties and both-bad ½) against its lead in quality, in log-odds.

    `points`: bins of votes, each with the mean `gap` and the measured share; `gap` is that of the more sycophantic
    answer, so that left of 0 it is the worse one. `additive` and `fitted`: what the fit without and with the
    interaction expects, on one grid of gaps; `fitted` is empty where there is no such fit.
    """

    points: list["CurvePoint"]
    additive: list["CurveValue"]
    fitted: list["CurveValue"]


class CurvePoint(TypedDict):
    gap: float
    low_gap: float
    high_gap: float
    chosen: Effect


class CurveValue(TypedDict):
    gap: float
    chosen: float


class Tiebreak(TypedDict):
    """`finding` by the rules of the measurement document; `finding_note` says why in a sentence.

    `cue` names the randomised cue of flattery from which T1, T2, T1a_star and the finding come; null without one.
    `interim` says that the finding stands between two planned looks.
    """

    T0: Effect
    T1a: Effect
    T1b: Effect
    T1: Effect
    T2: Effect
    T1a_star: Effect
    cue: str | None
    curve: Curve
    interim: bool
    finding: Finding
    finding_note: str


CueFamily = Literal["tone", "stance", "length", "formatting", "other"]


class Variants(TypedDict):
    """Votes on each variant of a cue's matchups."""

    unplanted: int
    on_a: int
    on_b: int


class CueByClass(TypedDict):
    C: Effect
    T1: Effect


class NearestCase(TypedDict):
    """A cued matchup whose answers are nearly equal. `gap`: log-odds, + favours `model_a`; `closeness` 0 … 1, as T1 ranks by it.
    `chosen`: share of the planted `votes` on which the side with the cue was chosen, ties half."""

    matchup: str
    model_a: str
    model_b: str
    gap: float
    closeness: float
    votes: int
    chosen: float


class Need(TypedDict):
    """How many more votes give 80 % power at a stated effect, with the design effect of these data.

    `effect`: what is to be seen, in the unit of the estimand. `se`: of these data. `design_effect`: clustered over
    row-level variance. `more_votes`: 0 where there are enough; null where these data cannot say.
    """

    estimand: str
    effect: float
    unit: str
    votes: int
    se: float | None
    design_effect: float | None
    more_votes: int | None


class Cue(TypedDict):
    """One randomised cue. `C_adjusted` and `T2_two_step` are checks, never the figure that is quoted."""

    family: CueFamily
    matchups: int
    variants: Variants
    C: Effect
    C_per_rater: Effect
    C_adjusted: Effect
    T1: Effect
    T1a_star: Effect
    T2: Effect
    T2_two_step: Effect
    beta_far: Effect
    curve: Curve
    finding: Finding
    finding_note: str
    interim: bool
    needs: list[Need]
    by_class: dict[str, CueByClass]
    nearest: NotRequired[list[NearestCase]]


class OwnPrompts(TypedDict):
    """C of one cue where raters wrote the prompt, on others' prompts in the same matchups, and O, the difference."""

    own: Effect
    others: Effect
    O: Effect  # noqa: E741 - the letter of the estimand


class Exchange(TypedDict):
    """Quality that one unit of a covariate buys, +β/β_q: a Fieller set. `quality`: where β_q comes from."""

    quality: str
    buys: dict[str, Effect]
