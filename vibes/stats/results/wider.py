"""What answers and samples tell beside votes: over-optimisation, effort, evals against vibes and price, namesakes."""

from typing import Literal, NotRequired, TypedDict

from vibes.stats.results.effects import Effect


class Ratio(TypedDict):
    """Best-of-n at distance d = √KL: estimates over prompts."""

    n: int
    distance: float
    score: float
    gold: Effect
    others: dict[str, float]


class Form(TypedDict):
    """R(d) = d(α − βd) for best-of-n, d(α − β ln d) for RL; `turn` is d*, state not_identified where no turn is seen."""

    form: Literal["best_of_n", "rl"]
    alpha: Effect
    beta: Effect
    turn: Effect
    r2: float


class OverOptimisation(TypedDict):
    model: str
    prompts: int
    samples: int
    curve: list[Ratio]
    forms: list[Form]
    finding: str


class EffortRow(TypedDict):
    """One model: tokens by difficulty (share of samples wrong, per prompt), and its share of effort on easy prompts."""

    model: str
    prompts: int
    reasoning_tokens: float | None
    visible_tokens: float
    slope: Effect
    easy_share: Effect
    overthinks: bool
    note: str
    points: list["EffortPoint"]


class EffortPoint(TypedDict):
    prompt_id: str
    difficulty: float
    reasoning_tokens: float | None
    visible_tokens: float


class GoldilocksRow(TypedDict):
    """Evals, vibes and price of one model; `front` marks the Pareto front of what is known. `released`: the day, ISO 8601."""

    model: str
    evals: float | None
    vibes: Effect | None
    price: float | None
    front: bool
    released: NotRequired[str]


class FeatureGap(TypedDict):
    """`difference`: first endpoint − second, mean over prompts; `p` by permutation, held against all features."""

    name: str
    difference: Effect
    p: float | None


class Namesakes(TypedDict):
    """Two endpoints that claim to be one model. `p`: of "both answer alike"; `apart`: p ≤ 5 %. `strength` in Elo points."""

    first: str
    second: str
    prompts: int
    p: float | None
    apart: bool
    finding: str
    strength: Effect
    features: list[FeatureGap]


class Spent(TypedDict):
    """What the answers of one model take, mean over prompts: `tokens`, `thinking_tokens`, `answer_seconds`, `cost` (US dollars), those
    of them that are known. `answers`: different ones, on so many `prompts`."""

    model: str
    answers: int
    prompts: int
    measures: dict[str, Effect]


class Probed(TypedDict):
    """One measure of how one model answered one family of probes: in its own unit, with a 95 % interval where there is one. `probe_run`
    and `scored_at` (ISO 8601): where it is from."""

    model: str
    family: str
    measure: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    probe_run: int
    scored_at: str


class ProfileRow(TypedDict):
    """`difference`: the model's answers − those they met, mean over prompts, in reference SDs. `told`: it stands out among all
    models and features (Benjamini–Hochberg at 5 %)."""

    name: str
    difference: Effect
    told: bool


class Profile(TypedDict):
    """One model beside those it met: over so many `pairs` of answers on so many `prompts`."""

    model: str
    pairs: int
    prompts: int
    features: list[ProfileRow]
