"""What it would take to win by formatting alone: planted truth, symmetry, and a fit by other people's code."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t as student

from vibes.stats.boards import board, fit_board
from vibes.stats.covariates import POSITION, FeaturePair, Sides
from vibes.stats.formatting import PER_SD, effects
from vibes.stats.formatting_win import NEXT, UNBOUNDED, counted, formatting_win, usual_count
from vibes.stats.intervals import Clusters
from vibes.stats.votes import Votes

SD = 0.5
NAMES = ("first", "second", "third")


@dataclass(frozen=True)
class World:
    """`theta` in log-odds by model; effects of words and lists in log-odds per reference SD; words are near 100."""

    theta: tuple[float, ...] = (0.4, 0.0, -0.4)
    words: float = 0.6
    lists: float = 0.0
    n: int = 3000
    raters: int = 60
    prompts: int = 400
    taste: float = 0.0


def drawn(world, seed):
    rng = np.random.default_rng(seed)
    m = len(world.theta)
    a = rng.integers(0, m, world.n)
    b = (a + rng.integers(1, m, world.n)) % m
    prompt, rater = rng.integers(0, world.prompts, world.n), rng.integers(0, world.raters, world.n)
    words = np.rint(100.0 * rng.lognormal(0.0, 0.5, (world.prompts, m)))
    lists = rng.poisson(1.5, (world.prompts, m)).astype(float)
    features = [
        FeaturePair(name, family, name, "1", SD, counts[prompt, a], counts[prompt, b])
        for name, family, counts in (("words", "length", words), ("lists", "formatting", lists))
    ]
    theta, taste = np.array(world.theta), rng.normal(world.words, world.taste, world.raters)[rater]
    eta = theta[a] - theta[b] + taste * features[0].difference() + world.lists * features[1].difference()
    level = np.where(eta + rng.logistic(size=world.n) > 0.0, 1, -1)
    left = np.where(rng.random(world.n) < 0.5, 1.0, -1.0)
    return a, b, level, rater, prompt, left, features


def fitted(world, rows):
    a, b, level, rater, prompt, left, features = rows
    x = np.column_stack([left, *(feature.difference() for feature in features)])
    names = (POSITION, *(feature.name for feature in features))
    weight = np.ones(len(a))
    votes = Votes(a, b, len(world.theta), level, rater, world.raters, weight, x, names)
    return fit_board(votes, Clusters(rater, prompt, weight), names_of(world), "half")


def names_of(world):
    return NAMES[: len(world.theta)]


def told(world, rows):
    found, features = fitted(world, rows), rows[-1]
    names = names_of(world)
    standing = board(found, names, np.zeros(len(names)), np.random.default_rng(0))
    own = effects(found, {feature.name: PER_SD for feature in features}, {})
    return formatting_win(found, standing, names, features, own, np.arange(len(rows[0])))


def needed(world, seed, feature="words", model="second"):
    found = told(world, drawn(world, seed))
    return next(one for one in found["needs"] if (one["model"], one["feature"]) == (model, feature))


def even(theta, effect, words, usual):
    """How often an answer that long is chosen against one of the usual length of a model that leads by theta."""
    ahead = effect * (words - usual) / (words + usual) / SD - theta
    return 1.0 / (1.0 + np.exp(-ahead))


@pytest.mark.parametrize(("theta", "effect"), [(0.4, 0.6), (0.4, -0.6), (-0.2, 0.3)])
def test_that_many_more_words_make_two_answers_even(theta, effect):
    more = counted(SD * theta / effect, 120.0)
    assert even(theta, effect, 120.0 + more, 120.0) == pytest.approx(0.5)
    assert (more > 0.0) == (theta * effect > 0.0)


def test_by_hand_twice_as_many_are_a_third():
    assert counted(1.0 / 3.0, 120.0) == pytest.approx(120.0)
    assert counted(-1.0 / 3.0, 120.0) == pytest.approx(-60.0)
    assert counted(0.0, 120.0) == 0.0
    assert [counted(difference, 120.0) for difference in (1.0, 1.4, -1.0, -3.0)] == [None] * 4


def test_a_usual_answer_is_one_that_has_any():
    pair = FeaturePair(
        "lists", "formatting", "", "1", 1.0, np.array([0.0, 4, 0, 9]), np.array([2.0, 0, 0, 9])
    )
    assert usual_count(pair.take(np.arange(3))) == 3.0
    assert usual_count(pair.take(np.array([2]))) is None


def test_counts_by_text_have_the_median_of_their_showings():
    rng = np.random.default_rng(0)
    sides = Sides(rng.integers(0, 30, 999), rng.integers(0, 20, 999))
    a, b, rows = rng.poisson(2.0, 30).astype(float), rng.poisson(3.0, 20).astype(float), np.arange(0, 999, 2)
    pair = FeaturePair("lists", "formatting", "", "1", 1.0, a, b, sides=sides)
    shown = np.concatenate([a[sides.a[rows]], b[sides.b[rows]]])
    assert usual_count(pair.take(rows)) == np.median(shown[shown > 0.0])
    by_row = FeaturePair("lists", "formatting", "", "1", 1.0, a[sides.a], b[sides.b])
    assert usual_count(by_row.take(rows)) == usual_count(pair.take(rows))


def test_the_planted_amount_is_found():
    found = needed(World(n=12_000, prompts=2000), 3)
    difference = found["difference"]
    assert difference["estimate"] == pytest.approx(SD * 0.4 / 0.6, abs=0.08)
    assert difference["low"] < SD * 0.4 / 0.6 < difference["high"]
    assert found["usual"] == pytest.approx(100.0, abs=4)
    assert found["low"] < 100.0 < found["high"]
    assert difference["kind"] == "observational"


def test_the_leader_and_the_order_of_the_board():
    found = told(World(), drawn(World(), 3))
    assert found["leader"] == "first"
    assert [(one["model"], one["feature"]) for one in found["needs"]] == [
        (model, feature) for model in ("second", "third") for feature in ("words", "lists")
    ]
    assert NEXT >= 2


def test_an_effect_that_may_be_nothing_says_so():
    found = needed(World(), 3, "lists")
    assert (found["difference"]["state"], found["more"], found["high"]) == ("not_identified", None, None)
    assert found["difference"]["note"] == UNBOUNDED


def test_a_lead_that_is_too_large_takes_no_amount():
    found = needed(World(theta=(2.0, 0.0, -2.0)), 3)
    assert found["difference"]["state"] == "ok"
    assert found["difference"]["low"] > 1.0
    assert (found["more"], found["low"], found["high"]) == (None, None, None)


def test_where_less_is_liked_it_takes_fewer():
    found = needed(World(words=-0.6), 3)
    assert -60.0 < found["more"] < -30.0
    assert found["low"] < found["more"] < found["high"] < 0.0


def test_few_raters_have_the_state_of_the_effect():
    world = World(raters=6)
    assert told(world, drawn(world, 1)) == {"leader": None, "needs": []}


def test_a_feature_without_an_effect_says_why():
    world, rows = World(), drawn(World(), 3)
    flat = replace(rows[-1][1], a=np.zeros(world.n), b=np.zeros(world.n))
    found = told(world, (*rows[:-1], [rows[-1][0], flat]))
    lists = found["needs"][1]
    assert (lists["difference"]["state"], lists["usual"]) == ("not_identified", None)
    assert lists["difference"]["note"] == "no two answers differ in it"


def test_naming_the_sides_the_other_way_round_changes_nothing():
    world = World(lists=0.4)
    a, b, level, rater, prompt, left, features = drawn(world, 5)
    expected = told(world, (a, b, level, rater, prompt, left, features))
    turned = np.random.default_rng(1).random(world.n) < 0.5
    sides = [
        replace(one, a=np.where(turned, one.b, one.a), b=np.where(turned, one.a, one.b)) for one in features
    ]
    flip = np.where(turned, -1, 1)
    swapped = (
        np.where(turned, b, a),
        np.where(turned, a, b),
        level * flip,
        rater,
        prompt,
        left * flip,
        sides,
    )
    found = told(world, swapped)
    assert found["leader"] == expected["leader"]
    for one, other in zip(found["needs"], expected["needs"], strict=True):
        assert one["difference"] == pytest.approx(other["difference"], abs=1e-7)
        assert (one["more"], one["high"]) == pytest.approx((other["more"], other["high"]), abs=1e-4)


def test_the_set_is_that_of_a_glm_searched_over_all_differences():
    """statsmodels for the fit and its errors by rater and by matchup, then every difference tried in turn."""
    world = World(theta=(0.4, -0.4), n=4000)
    rows = drawn(world, 2)
    a, _, level, rater, prompt, left, features = rows
    x = np.column_stack([np.where(a == 0, 1.0, -1.0), left, *(one.difference() for one in features)])
    model = sm.GLM((1.0 + level) / 2.0, x, family=sm.families.Binomial())

    def by(groups):
        kwds = {"groups": groups, "use_correction": False}
        fit, count = model.fit(cov_type="cluster", cov_kwds=kwds), len(np.unique(groups))
        return fit.cov_params() * count / (count - 1)

    plain = model.fit()
    both = rater * world.prompts + prompt
    two_way = by(rater) + by(prompt) - by(both)
    contrasts = np.array([[SD, 0, 0, 0], [0, 0, 1.0, 0]])
    top, bottom = contrasts @ plain.params
    raters = world.n**2 / (np.bincount(rater) ** 2).sum()
    bound = student.ppf(0.975, raters - 1)
    tried = np.linspace(-2.0, 3.0, 200_001)
    inside = np.zeros(len(tried), dtype=bool)
    for covariance in (by(rater), plain.cov_params(), two_way):
        v = contrasts @ covariance @ contrasts.T
        spread = v[0, 0] - 2.0 * tried * v[0, 1] + tried**2 * v[1, 1]
        inside |= (top - tried * bottom) ** 2 <= bound**2 * spread
    found = needed(world, 2)["difference"]
    assert found["estimate"] == pytest.approx(top / bottom, abs=2e-3)
    assert (found["low"], found["high"]) == pytest.approx(
        (tried[inside].min(), tried[inside].max()), abs=3e-3
    )


@pytest.mark.slow
@pytest.mark.parametrize("taste", [0.0, 0.4])
def test_the_set_holds_the_planted_amount_in_95_of_100(taste):
    world = World(taste=taste)
    found = [needed(world, seed)["difference"] for seed in range(300)]
    known = [one for one in found if one["state"] == "ok"]
    # Where tastes differ the large-sample effect is a little smaller than the mean one.
    truth = SD * 0.4 / 0.6 if not taste else np.median([one["estimate"] for one in known])
    held = [one["low"] <= truth <= one["high"] for one in known]
    assert len(known) > 290
    assert 0.92 < np.mean(held) < 0.985
