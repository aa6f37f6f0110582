"""The trait view: Feedback Forensics' figures by hand and by scikit-learn, with intervals that know raters."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import false_discovery_control, t
from sklearn.metrics import cohen_kappa_score

from tests.stats.planted_worlds import World, simulate
from vibes.stats.columns import FrameError
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.traits import traits

WORLD = World(judgements=900, praise=0.5, list_items=0.0, both_bad=0.04)


def viewed(columns, features):
    frame = JudgementFrame.from_columns(columns)
    found = traits(frame, features, Clusters(frame.rater.codes, frame.matchup.codes, frame.weight))
    return {trait["name"]: trait for trait in found}


@pytest.fixture(scope="module")
def planted():
    return simulate(WORLD, 4)


@pytest.fixture(scope="module")
def found(planted):
    return viewed(planted.columns, planted.features)


def small(verdicts, a, b, raters=20):
    n = len(verdicts)
    columns = {
        "prompt_id": [f"p{k}" for k in range(n)],
        "rater": [f"r{k % raters}" for k in range(n)],
        "model_a": ["m0"] * n,
        "model_b": ["m1"] * n,
        "verdict": verdicts,
    }
    return columns, [FeaturePair("praise", "tone", "count", "1", 0.5, np.array(a, float), np.array(b, float))]


def test_the_figures_by_hand():
    """Twelve decisive: 6 agree, 3 disagree, 3 alike; four ties and two both-bad beside them."""
    verdicts = ["a"] * 12 + ["tie"] * 4 + ["both_bad"] * 2
    columns, features = small(verdicts, [2] * 6 + [0] * 3 + [1] * 9, [1] * 6 + [1] * 3 + [1] * 9, raters=18)
    trait = viewed(columns, features)["praise"]
    assert trait["relevance"] == pytest.approx(9 / 12)
    assert trait["kappa"]["estimate"] == pytest.approx(2 * 6 / 9 - 1)
    assert trait["strength"]["estimate"] == pytest.approx((6 - 3) / 12)
    assert trait["with_ties"]["estimate"] == pytest.approx((6 - 3) / 16)
    assert (trait["kappa"]["n"], trait["strength"]["n"], trait["with_ties"]["n"]) == (9, 12, 16)
    assert trait["strength"]["estimate"] == pytest.approx(trait["relevance"] * trait["kappa"]["estimate"])


def test_kappa_is_scikit_learns_once_every_vote_is_told_from_both_sides(planted, found):
    """Which answer is called A is nothing: told both ways round, the marginals are a half, as κ with shuffled sides has it."""
    frame = planted.frame()
    for feature in planted.features:
        more = np.sign(feature.a - feature.b)
        rows = frame.decisive & (more != 0.0)
        one, other = frame.sign[rows], more[rows].astype(int)
        kappa = cohen_kappa_score(np.concatenate([one, -one]), np.concatenate([other, -other]))
        assert found[feature.name]["kappa"]["estimate"] == pytest.approx(kappa, abs=1e-12)


def test_a_planted_taste_is_found_and_nothing_else(found):
    assert found["praise"]["significant"] and found["praise"]["strength"]["low"] > 0.0
    assert not found["list_items"]["significant"]
    assert list(found) == ["praise", "list_items"]
    assert {trait["kappa"]["kind"] for trait in found.values()} == {"observational"}


def test_p_and_the_calls_of_benjamini_and_hochberg(planted):
    rng = np.random.default_rng(0)
    noise = [
        FeaturePair(
            f"noise{k}", "manner", "count", "1", 0.5, *rng.poisson(2.0, (2, 900)).astype(float), "", False
        )
        for k in range(12)
    ]
    found = list(viewed(planted.columns, [*planted.features, *noise]).values())
    p = np.array([trait["p"] for trait in found])
    kappa = found[0]["kappa"]
    wanted = 2.0 * t.sf(abs(kappa["estimate"]) / kappa["se"], kappa["effective_raters"] - 1.0)
    assert p[0] == pytest.approx(wanted)
    assert [trait["significant"] for trait in found] == (false_discovery_control(p) <= 0.05).tolist()


def test_the_interval_holds_the_planted_share():
    """Half of the feature's votes are coin tosses by rater: raters differ, and rows are not independent."""
    hits = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rater = np.repeat(np.arange(30), 20)
        more = rng.choice([1.0, 0.0], 600)
        likes = np.clip(0.6 + rng.normal(0.0, 0.15, 30), 0.0, 1.0)[rater]
        chosen = np.where(rng.random(600) < np.where(more > 0, likes, 0.5), "a", "b").tolist()
        columns, features = small(chosen, more, [0] * 600)
        columns["rater"] = [f"r{k}" for k in rater]
        kappa = viewed(columns, features)["praise"]["kappa"]
        hits.append(kappa["low"] <= 0.2 <= kappa["high"])
    assert np.mean(hits) >= 0.8


def swapped(columns):
    other = {"a": "b", "b": "a"}
    return columns | {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "verdict": [other.get(v, v) for v in columns["verdict"]],
        "lean": [other.get(v, v) for v in columns["lean"]],
        "a_is_left": [not left for left in columns["a_is_left"]],
    }


def same(found, expected, skip=()):
    for name, trait in expected.items():
        for key, value in trait.items():
            if isinstance(value, dict):
                kept = {k: v for k, v in value.items() if k not in skip}
                assert {k: found[name][key][k] for k in kept} == pytest.approx(kept, abs=1e-10), (name, key)
            else:
                assert found[name][key] == (pytest.approx(value) if isinstance(value, float) else value)


def test_swapping_sides_or_screens_or_rows_changes_nothing(planted, found):
    turned = [replace(feature, a=feature.b, b=feature.a) for feature in planted.features]
    same(viewed(swapped(planted.columns), turned), found)
    mirrored = planted.columns | {"a_is_left": [not left for left in planted.columns["a_is_left"]]}
    same(viewed(mirrored, planted.features), found)
    order = np.random.default_rng(0).permutation(900)
    shuffled = {name: [cells[row] for row in order] for name, cells in planted.columns.items()}
    same(viewed(shuffled, [feature.take(order) for feature in planted.features]), found)


def test_rows_twice_at_half_weight_change_only_n(planted, found):
    doubled = {name: list(cells) * 2 for name, cells in planted.columns.items()} | {"weight": [0.5] * 1800}
    features = [feature.take(np.tile(np.arange(900), 2)) for feature in planted.features]
    same(viewed(doubled, features), found, skip=("n",))


@pytest.mark.parametrize(
    ("verdicts", "a", "state", "note"),
    [
        (["a"] * 30, [1] * 30, "not_identified", "no two answers"),
        (["tie"] * 30, [2] * 30, "not_enough", "no vote chose a side"),
    ],
)
def test_what_cannot_be_told_says_why(verdicts, a, state, note):
    trait = viewed(*small(verdicts, a, [1] * 30))["praise"]
    assert trait["relevance"] == 0.0
    assert (trait["kappa"]["state"], trait["kappa"]["estimate"], trait["p"]) == (state, None, None)
    assert note in trait["strength"]["note"]


def test_twelve_of_twelve_are_not_certain():
    trait = viewed(*small(["a"] * 12, [2] * 12, [1] * 12, raters=12))["praise"]
    assert trait["kappa"]["estimate"] == 1.0
    assert trait["kappa"]["low"] < 0.9


def test_one_rater_has_no_interval():
    trait = viewed(*small(["a", "b"] * 20, [2] * 40, [1] * 40, raters=1))["praise"]
    assert (trait["kappa"]["state"], trait["p"]) == ("not_enough", None)


def test_a_feature_of_other_rows_is_refused():
    columns, features = small(["a"] * 12, [2] * 11, [1] * 11)
    with pytest.raises(FrameError, match="11 entries for 12 rows"):
        viewed(columns, features)


def test_no_feature_gives_no_trait(planted):
    assert viewed(planted.columns, []) == {}


def test_cr3_is_the_jackknife_over_raters(planted):
    """Every vote twice and a matchup of its own, so that the variance is the one by rater."""
    twice = np.repeat(np.arange(WORLD.judgements), 2)
    frame, features = planted.frame().take(twice), [feature.take(twice) for feature in planted.features]
    clusters = Clusters(frame.rater.codes, np.arange(len(frame)), frame.weight, "cr3")
    found = {trait["name"]: trait for trait in traits(frame, features, clusters)}
    for feature in features:
        agrees = np.sign(feature.a - feature.b) * frame.sign
        rater, agrees = frame.rater.codes[agrees != 0.0], agrees[agrees != 0.0]
        moves = np.array([agrees[rater != code].mean() for code in np.unique(rater)]) - agrees.mean()
        jackknife = np.sqrt((1.0 - 1.0 / len(moves)) * (moves @ moves))
        assert found[feature.name]["kappa"]["se"] == pytest.approx(jackknife)
