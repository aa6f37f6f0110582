"""Personal slopes: planted spreads and slopes, cover, the three tie rules, and what must change nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from vibes.stats.boards import BoardFit, fit_board
from vibes.stats.intervals import Clusters
from vibes.stats.personal import pooled, spread_of
from vibes.stats.slopes import slopes_of
from vibes.stats.susceptibility import susceptibility
from vibes.stats.verdict_model import fit_verdicts
from vibes.stats.votes import Votes

pytestmark = pytest.mark.slow

MODELS = 5


@dataclass(frozen=True)
class Drawn:
    """One study: votes, clusters, and the true slope of each rater."""

    votes: Votes
    clusters: Clusters
    slopes: np.ndarray

    def fitted(self, ties="ordinal"):
        return fit_board(self.votes, self.clusters, tuple("abcde"), ties)

    def found(self, ties="ordinal", covariate="cue"):
        return personal(self.fitted(ties), len(self.slopes), covariate)


def personal(fitted, raters, covariate="cue"):
    names = [f"r{k}" for k in range(raters)]
    return susceptibility(fitted, covariate, names, of="praise", kind="randomised")


def draw(seed, raters=40, each=60, mean=0.3, spread=0.4, planted=0.8, matchups=300, heavy=False):
    rng = np.random.default_rng(seed)
    theta = np.linspace(-0.6, 0.6, MODELS)
    busy = np.exp(rng.normal(0.0, 1.2, raters)) if heavy else np.ones(raters)
    rater = rng.choice(raters, raters * each, p=busy / busy.sum())
    n = len(rater)
    matchup = rng.integers(0, matchups, n)
    a = matchup % MODELS
    b = (a + 1 + matchup // MODELS % (MODELS - 1)) % MODELS
    v = rng.choice([-1.0, 0.0, 1.0], n, p=[planted / 2, 1.0 - planted, planted / 2])
    left = rng.choice([-1.0, 1.0], n)
    slopes = mean + spread * rng.standard_normal(raters)
    cut = 0.6 * np.exp(0.5 * rng.standard_normal(raters))[rater]
    latent = theta[a] - theta[b] + 0.15 * left + slopes[rater] * v + rng.logistic(size=n)
    level = (latent > cut).astype(np.int64) - (latent < -cut)
    x = np.column_stack([left, v])
    votes = Votes(a, b, MODELS, level, rater, raters, np.ones(n), x, ("position", "cue"))
    return Drawn(votes, Clusters(rater, matchup, np.ones(n)), slopes)


def covers(drawn, each):
    return [
        each[f"r{k}"]["low"] <= b <= each[f"r{k}"]["high"]
        for k, b in enumerate(drawn.slopes)
        if f"r{k}" in each
    ]


def planted_truth(studies, **world):
    spreads, means, hits, mean_hits = [], [], [], []
    for seed in range(studies):
        drawn = draw(seed, **world)
        found, each = drawn.found()
        spreads.append(found["spread"])
        means.append(found["mean"]["estimate"])
        mean_hits.append(found["mean"]["low"] <= 0.3 <= found["mean"]["high"])
        hits += covers(drawn, each)
    return np.array(spreads), np.array(means), np.mean(hits), np.mean(mean_hits)


def test_the_spread_and_the_slopes_are_recovered():
    spreads, means, cover, _ = planted_truth(10)
    assert np.mean(spreads) == pytest.approx(0.4, abs=0.05)
    assert np.mean(means) == pytest.approx(0.3, abs=0.04)
    assert 0.91 < cover < 0.98


def test_without_a_spread_there_is_next_to_none():
    spreads, means, cover, _ = planted_truth(7, spread=0.0)
    assert np.median(spreads) < 0.08
    assert np.mean(means) == pytest.approx(0.3, abs=0.03)
    assert cover > 0.95


@pytest.mark.parametrize(
    ("world", "spread"),
    [
        ({}, 0.4),
        ({"each": 30}, 0.4),
        ({"spread": 0.15}, 0.15),
        ({"heavy": True, "raters": 120, "each": 30}, 0.4),
    ],
)
def test_cover_over_many_studies(world, spread):
    spreads, _, cover, mean_cover = planted_truth(120, **world)
    assert np.sqrt(np.mean(spreads**2)) == pytest.approx(spread, abs=0.05)
    assert 0.905 < cover < 0.975
    assert 0.90 < mean_cover < 0.99


def test_shrinking_beats_each_raters_own_votes():
    drawn = draw(3, each=25)
    found, each = drawn.found()
    slopes = np.array([each[f"r{k}"]["estimate"] for k in range(40)])
    error = np.sqrt(np.mean((slopes - drawn.slopes) ** 2))
    assert error < 0.9 * np.std(drawn.slopes)
    assert np.std(slopes) < found["spread"]
    assert np.corrcoef(slopes, drawn.slopes)[0, 1] > 0.5


def test_the_mean_is_that_of_raters_and_near_the_coefficient():
    drawn = draw(1)
    fitted = drawn.fitted()
    found, _ = personal(fitted, 40)
    assert found["mean"]["estimate"] == pytest.approx(fitted.fit.effect("cue"), abs=0.05)
    assert (found["of"], found["kind"], found["mean"]["unit"]) == (
        "praise",
        "randomised",
        "log-odds per unit",
    )
    assert found["mean"]["n"] == int((drawn.votes.x[:, 1] != 0.0).sum())


def test_half_wins_and_davidson_give_the_same_picture_on_their_own_scales():
    drawn = draw(2)
    slopes = {}
    for ties in ("ordinal", "half", "davidson"):
        found, each = drawn.found(ties)
        assert 0.15 < found["spread"] < 0.9
        slopes[ties] = [each[f"r{k}"]["estimate"] for k in range(40)]
    assert np.corrcoef(slopes["ordinal"], slopes["half"])[0, 1] > 0.95
    assert np.corrcoef(slopes["ordinal"], slopes["davidson"])[0, 1] > 0.9


@pytest.mark.parametrize("ties", ["ordinal", "half", "davidson"])
def test_slopes_are_derivatives(ties):
    """The slope of `bend` less nothing is minus the slope of `slope`; `rule` is how `slope` moves with the tie rule."""
    votes = draw(0, raters=10, each=30).votes
    fit = fit_verdicts(votes, ties=ties)
    rows = np.arange(50)
    at, step = slopes_of(fit, rows), np.full(50, 1e-5)
    found = at(np.zeros(50))
    assert -(at(step).slope - at(-step).slope) / 2e-5 == pytest.approx(found.bend, abs=1e-8)
    for j, column in enumerate(found.rule):
        nudge = np.zeros(len(fit.parameters))
        nudge[votes.size + j] = 1e-5
        up, down = (
            slopes_of(replace(fit, parameters=fit.parameters + way * nudge), rows)(np.zeros(50)).slope
            for way in (1.0, -1.0)
        )
        assert -(up - down) / 2e-5 == pytest.approx(column, abs=1e-8)


def test_at_the_fit_the_slopes_add_up_to_its_scores():
    drawn = draw(4)
    fit = drawn.fitted("half").fit
    rows = np.arange(len(fit.votes))
    slope = slopes_of(fit, rows)(np.zeros(len(rows))).slope
    assert slope * fit.votes.x[:, 1] == pytest.approx(fit.scores(rows)[:, fit.place("cue")], abs=1e-12)


def close(found, expected):
    (study, each), (other, every) = found, expected
    assert each.keys() == every.keys()
    pairs = [(study["mean"], other["mean"]), *((each[name], every[name]) for name in every)]
    for one, two in pairs:
        for key in ("estimate", "low", "high", "se", "effective_raters"):
            assert one[key] == pytest.approx(two[key], abs=1e-7), key
    assert study["spread"] == pytest.approx(other["spread"], abs=1e-7)


def fitted_of(votes, clusters):
    return fit_board(votes, clusters, tuple("abcde"), "ordinal")


def test_sides_order_and_doubled_rows_change_nothing():
    drawn = draw(5, raters=20, each=40)
    votes, clusters, found = drawn.votes, drawn.clusters, drawn.found()
    swapped = replace(votes, a=votes.b, b=votes.a, level=-votes.level, x=-votes.x)
    close(personal(fitted_of(swapped, clusters), 20), found)
    mirrored = replace(votes, x=votes.x * [-1.0, 1.0])
    close(personal(fitted_of(mirrored, clusters), 20), found)
    order = np.random.default_rng(0).permutation(len(votes))
    close(personal(fitted_of(votes.take(order), clusters.take(order)), 20), found)
    twice = np.tile(np.arange(len(votes)), 2)
    doubled = replace(votes.take(twice), weight=np.full(len(twice), 0.5))
    halves = Clusters(clusters.rater[twice], clusters.matchup[twice], doubled.weight)
    close(personal(fitted_of(doubled, halves), 20), found)


def test_a_cue_the_other_way_round_turns_every_slope():
    drawn = draw(6, raters=20, each=40)
    turned = replace(drawn.votes, x=drawn.votes.x * [1.0, -1.0])
    one, each = drawn.found()
    other, every = personal(fitted_of(turned, drawn.clusters), 20)
    assert other["mean"]["estimate"] == pytest.approx(-one["mean"]["estimate"], abs=1e-7)
    assert every["r3"]["low"] == pytest.approx(-each["r3"]["high"], abs=1e-7)


def test_raters_who_saw_no_cue_have_no_slope():
    drawn = draw(7, raters=20, each=40)
    x = drawn.votes.x * np.where(drawn.votes.rater[:, None] < 3, [1.0, 0.0], 1.0)
    found, each = personal(fitted_of(replace(drawn.votes, x=x), drawn.clusters), 20)
    assert set(each) == {f"r{k}" for k in range(3, 20)}
    assert found["mean"]["n"] == int((x[:, 1] != 0.0).sum())


def test_what_cannot_be_told_is_none():
    drawn = draw(8, raters=20, each=40)
    fitted = drawn.fitted()
    assert personal(fitted, 20, "absent") == (None, {})
    assert personal(replace(fitted, fit=None), 20) == (None, {})
    few = draw(8, raters=4, each=80)
    assert few.found() == (None, {})
    still = replace(drawn.votes, level=np.zeros_like(drawn.votes.level))
    assert isinstance(fitted_of(still, drawn.clusters), BoardFit)
    assert personal(fitted_of(still, drawn.clusters), 20) == (None, {})


def test_few_raters_have_slopes_without_interval():
    found, each = draw(9, raters=7, each=80).found()
    assert (found["mean"]["state"], found["mean"]["low"]) == ("not_enough", None)
    assert (each["r0"]["state"], each["r0"]["low"], each["r0"]["se"]) == ("not_enough", None, None)
    assert "effective raters" in each["r0"]["note"]


def test_raters_who_always_follow_the_cue_or_never_have_finite_slopes():
    drawn = draw(10, raters=20, each=40, planted=1.0)
    votes = drawn.votes
    way = np.where(votes.rater % 2 == 0, 1, -1) * votes.x[:, 1].astype(np.int64)
    level = np.where(votes.rater < 10, way, votes.level)
    found, each = personal(fitted_of(replace(votes, level=level), drawn.clusters), 20)
    assert found["spread"] < 4.0
    assert all(abs(one["estimate"]) < 8.0 for one in each.values())
    assert each["r0"]["low"] > 1.0
    assert each["r1"]["high"] < -1.0


def test_a_million_fold_weight_makes_no_certainty():
    drawn = draw(11, raters=20, each=40)
    weight = np.where(np.arange(len(drawn.votes)) % 50 == 0, 1e6, 1.0)
    clusters = Clusters(drawn.clusters.rater, drawn.clusters.matchup, weight)
    found, each = personal(fitted_of(replace(drawn.votes, weight=weight), clusters), 20)
    assert found["spread"] < 4.0
    assert all(one["estimate"] is None or abs(one["estimate"]) < 10.0 for one in each.values())


def test_pooling_alone_on_known_values():
    """Equal precision: s² at its restricted maximum is the sample variance less the error's, and all shrink alike."""
    z = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    h = np.full(5, 10.0)
    assert spread_of(z, h) ** 2 == pytest.approx(z.var(ddof=1) - 0.1, abs=1e-9)
    assert spread_of(z, np.full(5, 1.0)) == 0.0
    found = pooled(z, h)
    assert found.mean == pytest.approx(0.0, abs=1e-12)
    assert found.value == pytest.approx(found.own * z, abs=1e-12)
    assert (found.variance > 0.0).all()


def test_cr3_is_nearly_the_jackknife_of_the_mean():
    drawn = draw(2, raters=20)

    def mean(rows, errors="largest"):
        votes = drawn.votes.take(rows)
        used, code = np.unique(votes.rater, return_inverse=True)
        votes = replace(votes, rater=code, raters=len(used))
        clusters = Clusters(code, np.arange(len(rows)), votes.weight, errors)
        return personal(fit_board(votes, clusters, tuple("abcde"), "ordinal"), len(used))[0]["mean"]

    everybody = np.arange(len(drawn.votes))
    strict = mean(everybody, "cr3")
    without = [mean(everybody[drawn.votes.rater != code])["estimate"] for code in range(20)]
    moves = np.array(without) - strict["estimate"]
    assert strict["se"] == pytest.approx(np.sqrt(0.95 * (moves @ moves)), rel=0.05)
