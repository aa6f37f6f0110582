"""The LLMFAO folder: a small one made here, and the published one where it is at hand."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from vibes.datasets.errors import DatasetError
from vibes.datasets.judgement_files import read_judgements

pytestmark = pytest.mark.slow

DATA = Path(os.environ.get("VIBES_DATA", Path(__file__).parents[3] / "shared" / "data")) / "llmfao"
published = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the LLMFAO votes are not in {DATA}; set VIBES_DATA"
)

PAIR = {
    "id": 3,
    "prompt": 8,
    "text": "Why?",
    "slug": "k8s",
    "model_x": 1,
    "result_x": "Long",
    "model_y": 2,
    "result_y": "",
}
VOTE = {
    "id": 3,
    "prompt": 8,
    "model_x": 1,
    "model_y": 2,
    "worker": 58,
    "winner": "right",
    "left": "One",
    "right": "Two",
}


@pytest.fixture
def folder(tmp_path):
    def give(vote: dict = VOTE, pair: dict = PAIR) -> Path:
        (tmp_path / "pairs-crowd.jsonl").write_text(json.dumps(pair) + "\n")
        with (tmp_path / "crowd-comparisons.csv").open("w", newline="") as stream:
            writer = csv.DictWriter(stream, vote)
            writer.writeheader()
            writer.writerow(vote)
        return tmp_path

    return give


def test_one_vote_becomes_one_judgement(folder):
    assert {name: cell for name, (cell,) in read_judgements(folder()).items()} == {
        "judgement_id": "3-58",
        "prompt_id": "8",
        "prompt_class": "k8s",
        "matchup": "3",
        "rater": "58",
        "rater_kind": "person",
        "model_a": "One",
        "model_b": "Two",
        "verdict": "b",
        "a_is_left": True,
        "prompt": "Why?",
        "text_a": "Long",
        "text_b": "",
    }


@pytest.mark.parametrize(
    ("vote", "column", "row"),
    [
        (VOTE | {"winner": "both"}, "winner", 2),
        (VOTE | {"worker": ""}, "worker", 2),
        (VOTE | {"id": 4}, "id", 2),
        (VOTE | {"model_x": 9}, "model_x", 2),
        ({name: value for name, value in VOTE.items() if name != "left"}, "left", 2),
    ],
)
def test_a_spoilt_vote_names_its_place(folder, vote, column, row):
    with pytest.raises(DatasetError) as caught:
        read_judgements(folder(vote))
    place = caught.value.place
    assert (place.file, place.row, place.column) == ("crowd-comparisons.csv", row, column)


def test_a_spoilt_pair_names_its_place(folder):
    with pytest.raises(DatasetError) as caught:
        read_judgements(folder(pair=PAIR | {"slug": None}))
    place = caught.value.place
    assert (place.file, place.row, place.column) == ("pairs-crowd.jsonl", 1, "slug")


@pytest.fixture(scope="module")
def votes():
    return read_judgements(DATA)


@published
def test_the_published_counts(votes):
    assert len(votes.rows) == 8931
    assert len(set(votes["rater"])) == 124
    assert len({*votes["model_a"], *votes["model_b"]}) == 59
    assert len(set(votes["prompt_id"])) == len(set(votes["prompt_class"])) == 13
    assert len(set(votes["matchup"])) == 2139
    assert len(set(votes["judgement_id"])) == 8931


@published
def test_the_published_shares_of_ties_left_and_right(votes):
    assert all(votes["a_is_left"])
    shares = {verdict: round(100 * n / 8931, 1) for verdict, n in Counter(votes["verdict"]).items()}
    assert shares == {"tie": 38.9, "a": 32.6, "b": 28.5}


@published
def test_every_text_is_the_one_of_the_model_that_is_named(votes):
    models = {
        row["id"]: row["name"] for row in map(json.loads, (DATA / "models.jsonl").read_text().splitlines())
    }
    pairs = {
        str(row["id"]): row
        for row in map(json.loads, (DATA / "pairs-crowd.jsonl").read_bytes().split(b"\n")[:-1])
    }
    for place, matchup in enumerate(votes["matchup"]):
        pair = pairs[matchup]
        told = {
            votes["model_a"][place]: votes["text_a"][place],
            votes["model_b"][place]: votes["text_b"][place],
        }
        assert told == {models[pair["model_x"]]: pair["result_x"], models[pair["model_y"]]: pair["result_y"]}


@published
def test_the_longer_text_wins_as_often_as_published(votes):
    longer = [
        (len(a) > len(b)) == (verdict == "a")
        for a, b, verdict in zip(votes["text_a"], votes["text_b"], votes["verdict"], strict=True)
        if verdict in "ab"
    ]
    assert round(sum(longer) / len(longer), 2) == 0.41
