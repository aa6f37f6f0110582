"""Real votes: 8,931 judgements of 124 raters on 59 models (LLMFAO, Dmitry Ustalov, CC BY 4.0).

The figures are those of the measurement document, to the printed digits; the order of strengths is that of evalica.
"""

import csv
import json
import time

import numpy as np
import pytest
from scipy.stats import spearmanr

from vibes.stats.boards import fit_board
from vibes.stats.frames import JudgementFrame
from vibes.stats.intervals import Clusters, sandwich
from vibes.stats.report import FeaturePair, Specification, analyse
from vibes.stats.selection import select
from vibes.stats.study import Study
from vibes.stats.verdict_model import fit_verdicts

pytestmark = pytest.mark.slow

SIDES = {"left": "a", "right": "b", "tie": "tie"}


@pytest.fixture(scope="module")
def columns(data_dir):
    """The left answer is A: model_x and result_x of the pair."""
    folder = data_dir / "llmfao"
    if not folder.is_dir():
        pytest.skip(f"needs the LLMFAO votes: {folder} does not exist")
    with (folder / "pairs-crowd.jsonl").open(encoding="utf-8") as lines:
        pairs = {pair["id"]: pair for pair in map(json.loads, lines)}
    with (folder / "crowd-comparisons.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    of_pair = [pairs[int(row["id"])] for row in rows]
    return {
        "prompt_id": [row["prompt"] for row in rows],
        "prompt_class": [pair["slug"] for pair in of_pair],
        "rater": [row["worker"] for row in rows],
        "matchup": [row["id"] for row in rows],
        "model_a": [row["left"] for row in rows],
        "model_b": [row["right"] for row in rows],
        "verdict": [SIDES[row["winner"]] for row in rows],
        "a_is_left": [True] * len(rows),
        "text_a": [pair["result_x"] for pair in of_pair],
        "text_b": [pair["result_y"] for pair in of_pair],
    }


def words(columns):
    a, b = ([float(len(text.split())) for text in columns[side]] for side in ("text_a", "text_b"))
    return FeaturePair("length_words", "length", "words", "1", 0.4, np.array(a), np.array(b))


@pytest.fixture(scope="module")
def report(columns):
    frame = JudgementFrame.from_columns(columns)
    return analyse(frame, [words(columns)], Specification(), seed=1, code_version="v", data_fingerprint="f")


def test_counts_and_shares(report):
    assert (report["n"], report["raters"], len(report["boards"]["plain"])) == (8931, 124, 59)
    shares = {name: round(100.0 * count / 8931.0, 1) for name, count in report["verdicts"].items()}
    assert shares == {"a": 32.6, "b": 28.5, "tie": 38.9, "both_bad": 0.0}


def test_the_left_share_and_its_three_errors(report, columns):
    left = report["describe"]["left_given_decisive"]
    assert (round(left["estimate"], 3), round(left["se"], 4), left["n"]) == (0.533, 0.0151, 5460)
    frame = JudgementFrame.from_columns(columns)
    rows = np.flatnonzero(frame.decisive)
    clusters = Clusters(frame.rater.codes, frame.matchup.codes, frame.weight).take(rows)
    residual = (frame.sign[rows] > 0) - left["estimate"]
    scores = residual[:, None] / len(rows)
    found = sandwich(lambda chosen: scores[chosen], np.eye(1), clusters, by_model=np.zeros((1, 1)))
    errors = [float(np.sqrt(v[0, 0])) for v in (found.by_matchup, found.by_rater, found.two_way)]
    assert [round(error, 4) for error in errors] == [0.0095, 0.0135, 0.0151]


def test_agreement(report):
    assert round(report["agreement"]["alpha_nominal"]["estimate"], 3) == 0.291
    assert round(report["agreement"]["alpha_ordinal"]["estimate"], 3) == 0.288


def test_tie_rates_of_raters(report):
    rates = report["describe"]["tie_rate_per_rater"]
    assert (round(100 * rates["median"]), round(100 * rates["max"]), rates["min"]) == (29, 86, 0.0)


def test_longer_answers(report):
    longer = report["describe"]["longer_wins"]
    found = {name: round(longer[name]["estimate"], 2) for name in ("all", "k8s", "vendor-extract")}
    assert found == {"all": 0.41, "k8s": 0.66, "vendor-extract": 0.15}
    assert len(longer) == 14


def test_the_report_is_whole_and_honest(report):
    assert {row["state"] for row in report["boards"]["style"]} == {"ok"}
    assert report["effects"]["length_words"]["state"] == "ok"
    assert report["tiebreak"]["finding"] == "not enough yet"
    assert report["fit"]["holdout_accuracy"] > 0.65


def test_strengths_are_ordered_as_evalica_orders_them(columns, data_dir):
    golden = data_dir / "evalica-golden" / "llmfao-golden.csv"
    with golden.open(encoding="utf-8", newline="") as lines:
        theirs = {
            row["item"]: float(row["score"])
            for row in csv.DictReader(lines)
            if row["algorithm"] == "bradley_terry"
        }
    specification = Specification(ties="half")
    study = Study.of(select(JudgementFrame.from_columns(columns), [], specification), specification, 0)
    votes = study.votes({"position": np.zeros(len(study.frame))}).without(frozenset({"position"}))
    names = study.frame.models
    exact = fit_verdicts(votes, ties="half", virtual_votes=0.0).strengths
    logs = np.log([theirs[name] for name in names])
    np.testing.assert_allclose(exact - exact.mean(), logs - logs.mean(), atol=1e-4)
    assert [names[k] for k in np.argsort(-exact)] == sorted(names, key=lambda name: -theirs[name])
    shown = fit_board(votes, study.clusters, names, "half").fit.strengths
    assert spearmanr(shown, logs).statistic > 0.998


def test_filters_need_no_cache(columns):
    """5,000 judgements: half in 50 ms, ordinal in 100 ms; here with room for a busy machine."""
    first = {name: cells[:5000] for name, cells in columns.items() if name not in ("text_a", "text_b")}
    study = Study.of(select(JudgementFrame.from_columns(first), [], Specification()), Specification(), 0)
    votes = study.votes(study.controls.boards()["plain"])
    for ties, limit in (("half", 0.25), ("ordinal", 0.5)):
        taken = []
        for _ in range(3):
            start = time.process_time()
            fit_board(votes, study.clusters, study.frame.models, ties)
            taken.append(time.process_time() - start)
        assert min(taken) < limit, f"{ties}: {taken}"
