"""Pooled κ against scikit-learn, a count of all pairs by hand, printed tables, and what must change nothing."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from vibes.stats import kappa as kappas
from vibes.stats.agreement import agreement, alpha
from vibes.stats.alignment import usual_side
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters
from vibes.stats.kappa import pooled_kappa

FLEISS = json.loads((Path(__file__).parents[1] / "data" / "fleiss_1971.json").read_text(encoding="utf-8"))
# The SAS example that statsmodels 0.15.0 prints in stats/tests/test_inter_rater.py: κ = 0.4842.
PRINTED = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
WORDS = ["b", "tie", "a"]
SWAPPED = {"a": "b", "b": "a"}


def study(rows, **extra):
    """rows: (rater, prompt, verdict) between x and y."""
    rater, prompt, verdict = zip(*rows, strict=True)
    columns = {
        "prompt_id": [f"p{p}" for p in prompt],
        "rater": [f"r{r}" for r in rater],
        "model_a": ["x"] * len(rows),
        "model_b": ["y"] * len(rows),
        "verdict": list(verdict),
    }
    return columns | extra


def kappa(columns, seed=0):
    frame = JudgementFrame.from_columns(columns)
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)
    return pooled_kappa(*usual_side(frame, clusters.matchup), clusters, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def rows():
    """25 raters, 80 prompts, five verdicts a prompt; some raters tie more than others."""
    rng = np.random.default_rng(5)
    leaning, tied = rng.choice(WORDS, 80), rng.random(25) * 0.6
    found = []
    for prompt in range(80):
        for rater in rng.choice(25, 5, replace=False):
            free = "tie" if rng.random() < tied[rater] else rng.choice(WORDS)
            found.append((int(rater), prompt, str(leaning[prompt] if rng.random() < 0.5 else free)))
    return found


def test_two_raters_of_everything_are_cohens_kappa():
    rng = np.random.default_rng(2)
    first = rng.choice([*WORDS, "both_bad"], 60)
    second = np.where(rng.random(60) < 0.5, first, rng.choice(WORDS, 60))
    found = kappa(study([(r, p, v[p]) for r, v in ((0, first), (1, second)) for p in range(60)]))
    assert found["estimate"] == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)
    assert (found["state"], found["low"], found["n"]) == ("not_enough", None, 120)


def test_a_printed_table():
    cells = [(WORDS[i], WORDS[j]) for i in range(3) for j in range(3) for _ in range(PRINTED[i][j])]
    found = kappa(study([(r, p, pair[r]) for p, pair in enumerate(cells) for r in (0, 1)]))
    assert round(found["estimate"], 4) == 0.4842


def test_many_raters_of_everything_are_the_weighted_mean_of_the_pairs():
    rng = np.random.default_rng(3)
    leaning = rng.choice(WORDS, 50)
    said = np.array(
        [np.where(rng.random(50) < 0.4 + 0.04 * r, leaning, rng.choice(WORDS, 50)) for r in range(12)]
    )
    pairs = list(combinations(range(12), 2))
    each = np.array([cohen_kappa_score(said[r], said[s]) for r, s in pairs])
    apart = np.array([np.mean(said[r] != said[s]) for r, s in pairs])
    chance = apart / (1.0 - each)
    found = kappa(study([(r, p, said[r][p]) for r in range(12) for p in range(50)]))
    assert found["estimate"] == pytest.approx(np.average(each, weights=chance), abs=1e-12)
    assert found["low"] < found["estimate"] < found["high"]


def by_hand(rows, weight=None):
    """κ by a loop over pairs of raters within prompts; margins over prompts with several raters, `weight` by prompt."""
    units = {}
    for rater, prompt, verdict in rows:
        units.setdefault(prompt, []).append((rater, verdict))
    units = {prompt: votes for prompt, votes in units.items() if len(votes) > 1}
    weight = weight or dict.fromkeys(units, 1.0)
    margin = {}
    for prompt, votes in units.items():
        for rater, verdict in votes:
            own = margin.setdefault(rater, dict.fromkeys(WORDS, 0.0))
            own[verdict] += weight[prompt]
    margin = {rater: np.array(list(own.values())) for rater, own in margin.items()}
    margin = {rater: own / max(own.sum(), 1e-12) for rater, own in margin.items()}
    apart = expected = 0.0
    for prompt, votes in units.items():
        for (r, said), (s, other) in combinations(votes, 2):
            apart += weight[prompt] * (said != other)
            expected += weight[prompt] * (1.0 - margin[r] @ margin[s])
    return 1.0 - apart / expected


def test_sparse_designs_use_each_raters_own_verdicts_for_chance(rows):
    assert kappa(study(rows))["estimate"] == pytest.approx(by_hand(rows), abs=1e-12)


@pytest.mark.slow
def test_the_interval_is_that_of_resampled_matchups_margins_and_all(rows):
    rng = np.random.default_rng(1)
    drawn = [
        by_hand(rows, dict(enumerate(rng.multinomial(80, np.full(80, 1 / 80)).astype(float))))
        for _ in range(200)
    ]
    found = kappa(study(rows))
    assert found["state"] == "ok"
    assert found["se"] == pytest.approx(np.std(drawn), rel=0.15)
    assert (found["low"], found["high"]) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.03)


def test_independent_raters_agree_by_chance_whatever_they_prefer():
    rng = np.random.default_rng(8)
    tastes = rng.dirichlet([2.0, 2.0, 2.0], 40)
    many = [
        (int(r), p, str(rng.choice(WORDS, p=tastes[r])))
        for p in range(600)
        for r in rng.choice(40, 4, replace=False)
    ]
    found = kappa(study(many))
    assert found["low"] < 0.0 < found["high"]
    assert found["se"] < 0.02


def test_above_two_thousand_matchups_sums_are_drawn_and_the_interval_stays(rows, monkeypatch):
    singly = kappa(study(rows))
    monkeypatch.setattr(kappas, "DRAWN_SINGLY", 10)
    summed = kappa(study(rows))
    assert summed["estimate"] == singly["estimate"]
    assert summed["se"] == pytest.approx(singly["se"], rel=0.1)


def test_a_pair_listed_the_other_way_round_changes_nothing(rows):
    swapped = study([(r, p, SWAPPED.get(v, v)) for r, p, v in rows])
    swapped |= {"model_a": swapped["model_b"], "model_b": swapped["model_a"]}
    close(kappa(swapped), kappa(study(rows)))


def test_a_matchup_without_a_usual_side_is_read_half_from_each():
    forward = [(r, p, "a" if p % 2 else "b") for p in range(12) for r in range(12)]
    turned = [(r, p, SWAPPED[v] if r % 2 else v) for r, p, v in forward]
    model_a = ["y" if r % 2 else "x" for r, _, _ in turned]
    model_b = ["x" if r % 2 else "y" for r, _, _ in turned]
    mixed = study(turned, model_a=model_a, model_b=model_b)
    assert kappa(mixed)["estimate"] == kappa(study(forward))["estimate"] == 1.0
    swapped = study([(r, p, SWAPPED[v]) for r, p, v in turned], model_a=model_b, model_b=model_a)
    close(kappa(swapped), kappa(mixed))


def test_order_and_names_leave_no_trace(rows):
    rng = np.random.default_rng(4)
    raters, prompts = rng.permutation(25), rng.permutation(80)
    renamed = [(int(raters[r]), int(prompts[p]), v) for r, p, v in rows]
    shuffled = [renamed[k] for k in rng.permutation(len(rows))]
    close(kappa(study(shuffled)), kappa(study(rows)))


def test_rows_counted_twice_change_nothing_but_their_number(rows):
    found, once = kappa(study(rows * 2, weight=[0.5] * 2 * len(rows))), kappa(study(rows))
    close(found | {"n": once["n"]}, once)


def close(found, expected):
    for key, value in expected.items():
        same = pytest.approx(value, abs=1e-8) if isinstance(value, float) else value
        assert found[key] == same, key


def test_variants_of_a_matchup_are_units_of_their_own():
    """Raters say a where A carries the cue and b where B does: full agreement, on twice as many units."""
    rows = [(r, p, "a" if (r + p) % 2 else "b") for r in range(24) for p in range(12)]
    cues = {"cue": ["praise"] * len(rows), "cue_on": [v for _, _, v in rows]}
    frame = JudgementFrame.from_columns(study(rows, **cues))
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight)
    found = agreement(frame, clusters, np.random.default_rng(0), both_bad_is_tie=False)
    assert found["kappa"]["estimate"] == found["alpha_nominal"]["estimate"] == 1.0
    assert kappa(study(rows))["estimate"] < 0.1


def test_what_cannot_be_told_says_so():
    alone = kappa(study([(r, r, "a") for r in range(12)]))
    assert (alone["state"], alone["estimate"]) == ("not_enough", None)
    assert alone["note"] == "no matchup has verdicts of two raters"
    same = kappa(study([(r, p, "tie") for r in range(12) for p in range(12)]))
    assert (same["state"], same["estimate"]) == ("not_identified", None)
    twice = kappa(study([(0, p, v) for p in range(12) for v in ("a", "b")]))
    assert twice["state"] == "not_enough"
    few = kappa(study([(r, p, "a" if p else "b") for r in range(12) for p in range(3)]))
    assert (few["state"], few["low"], few["estimate"]) == ("not_enough", None, 1.0)
    assert few["note"] == "only 3 matchups have several verdicts; an interval needs 10"


def test_fleiss_printed_table():
    """α = 1 − (1 − κ)(N − 1)/N for Fleiss' κ of N verdicts, as many on each unit."""
    table = np.array(FLEISS["table"], dtype=float)
    size = table.sum()
    found = 1.0 - (1.0 - alpha(table, ordinal=False)) * size / (size - 1.0)
    assert round(found, 3) == FLEISS["kappa"]
    assert found == pytest.approx(fleiss_kappa(table), abs=1e-12)
