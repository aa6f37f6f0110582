"""The LLMFAO votes (Dmitry Ustalov, 2023; CC BY 4.0): three-way judgements by crowd workers on pairs of answers.

crowd-comparisons.csv has one row a judgement (`left` and `right` are the names of the models as shown, `winner` is
left, right or tie), pairs-crowd.jsonl both texts of each pair, joined by `id`. In all published rows the left one is
`model_x`; this reader takes the text by that, and A is the left answer.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from vibes.datasets.errors import DatasetError, Place
from vibes.datasets.text_rows import Row, csv_rows, jsonl_rows

VOTES, PAIRS = FILES = ("crowd-comparisons.csv", "pairs-crowd.jsonl")

_VERDICTS = {"left": "a", "right": "b", "tie": "tie"}
_VOTE_COLUMNS = ("id", "prompt", "model_x", "model_y", "worker", "winner", "left", "right")
_PAIR_COLUMNS = ("id", "text", "slug", "model_x", "model_y", "result_x", "result_y")

Pair = Mapping[str, object]


def is_here(folder: Path) -> bool:
    """Whether the folder holds both files."""
    return all((folder / name).is_file() for name in FILES)


def rows(folder: Path) -> Iterator[Row]:
    """(row in crowd-comparisons.csv, judgement in the columns of the frame). Raises DatasetError."""
    pairs = _pairs(folder / PAIRS)
    with (folder / VOTES).open("rb") as stream:
        for number, vote in csv_rows(stream, VOTES):
            place = Place(VOTES, number)
            _require(vote, _VOTE_COLUMNS, place)
            yield number, _judgement(vote, _pair_of(vote, pairs, place), place)


def _pairs(path: Path) -> dict[str, Pair]:
    with path.open("rb") as stream:
        found: dict[str, Pair] = {}
        for number, pair in jsonl_rows(stream, PAIRS):
            _require(pair, _PAIR_COLUMNS, Place(PAIRS, number))
            found[str(pair["id"])] = pair
        return found


def _require(record: Mapping[str, object], names: tuple[str, ...], place: Place) -> None:
    for name in names:
        if record.get(name) is None:
            mend = f"Take {place.file} as it was published"
            raise DatasetError("the cell is empty or missing", mend, Place(place.file, place.row, name))


def _pair_of(vote: Mapping[str, object], pairs: Mapping[str, Pair], place: Place) -> Pair:
    pair = pairs.get(str(vote["id"]))
    if pair is None:
        where = Place(place.file, place.row, "id", vote["id"])
        raise DatasetError(f"{PAIRS} has no such pair", "Take both files from one release", where)
    for name in ("model_x", "model_y"):
        if str(pair[name]) != vote[name]:
            where = Place(place.file, place.row, name, vote[name])
            raise DatasetError(f"{PAIRS} has {pair[name]} here", "Take both files from one release", where)
    return pair


def _judgement(vote: Mapping[str, object], pair: Pair, place: Place) -> dict[str, object]:
    verdict = _VERDICTS.get(str(vote["winner"]))
    if verdict is None:
        where = Place(place.file, place.row, "winner", vote["winner"])
        raise DatasetError("this is not one of left, right, tie", "Write left, right or tie", where)
    return {
        "judgement_id": f"{vote['id']}-{vote['worker']}",
        "prompt_id": vote["prompt"],
        "prompt_class": pair["slug"],
        "matchup": vote["id"],
        "rater": vote["worker"],
        "rater_kind": "person",
        "model_a": vote["left"],
        "model_b": vote["right"],
        "verdict": verdict,
        "a_is_left": True,
        "prompt": pair["text"],
        "text_a": pair["result_x"],
        "text_b": pair["result_y"],
    }
