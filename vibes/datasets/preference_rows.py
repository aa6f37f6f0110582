"""Judgements as preference pairs for TRL (DPOTrainer, RewardTrainer): conversational, with an explicit prompt.

The format is the one that https://huggingface.co/docs/trl/dataset_formats calls "preference, conversational": `prompt`,
`chosen` and `rejected` are lists of {"role", "content"}. The last two hold the assistant's answer alone, or, where the
user goes on in between (`turns_a`, `turns_b`), all that follows the common prompt.
"""

from collections.abc import Iterable, Iterator, Mapping

from vibes.datasets.errors import CellError, DatasetError, Place
from vibes.datasets.frame_columns import VERDICTS
from vibes.datasets.turns import Turn, asked, turns_of

_WINNERS = {"a": ("a", "b"), "b": ("b", "a")}


def dpo_rows(rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """One preference row for each judgement with the verdict a or b, in the order of the rows.

    Golds, repeats and identical pairs say something of the rater: they are left out. So are a tie and both-bad, which
    prefer neither answer, and a verdict between two equal texts, from which nothing can be learnt. `simulated` says whether
    a simulated rater judged. Raises DatasetError where a decisive row lacks a text.
    """
    for number, row in enumerate(rows, start=1):
        if _of_study(row) and _is_decisive(row, number) and not _equal_texts(row):
            yield _pair(row, *_WINNERS[str(row["verdict"])], number)


def _of_study(row: Mapping[str, object]) -> bool:
    return (row.get("purpose") or "study") == "study"


def _is_decisive(row: Mapping[str, object], number: int) -> bool:
    verdict = row.get("verdict")
    if verdict not in VERDICTS:
        mend = f"Write one of {', '.join(VERDICTS)}"
        raise DatasetError("this is no verdict", mend, Place(row=number, column="verdict", value=verdict))
    return verdict in _WINNERS


def _equal_texts(row: Mapping[str, object]) -> bool:
    return row.get("text_a") is not None and row.get("text_a") == row.get("text_b")


def _pair(row: Mapping[str, object], won: str, lost: str, number: int) -> dict[str, object]:
    kind = row.get("rater_kind") or "person"
    return {
        "prompt": _prompt(row, number),
        "chosen": _side(row, won, number),
        "rejected": _side(row, lost, number),
        "judgement_id": row.get("judgement_id"),
        "prompt_id": row.get("prompt_id"),
        "rater": row.get("rater"),
        "rater_kind": kind,
        "model_chosen": row.get(f"model_{won}"),
        "model_rejected": row.get(f"model_{lost}"),
        "simulated": kind == "simulated",
    }


def _prompt(row: Mapping[str, object], number: int) -> list[Turn]:
    prompt = row.get("prompt")
    try:
        return _plain(asked(prompt))
    except CellError as error:
        raise error.at(Place(row=number, column="prompt", value=prompt)) from None


def _side(row: Mapping[str, object], side: str, number: int) -> list[Turn]:
    column = f"turns_{side}"
    told = row.get(column)
    if told is None:
        return _answer(row, f"text_{side}", number)
    try:
        turns = list(turns_of(told))
    except CellError as error:
        raise error.at(Place(row=number, column=column, value=told)) from None
    if (turns[0]["role"], turns[-1]["role"]) != ("assistant", "assistant"):
        mend = "Let it begin and end with the assistant's, or leave the column empty"
        raise DatasetError("the side is no answer", mend, Place(row=number, column=column, value=told))
    return _plain(turns)


def _plain(turns: Iterable[Turn]) -> list[Turn]:
    """Without tool steps: a chat template would write them in each model's own way, or not at all."""
    return [{"role": turn["role"], "content": turn["content"]} for turn in turns]


def _answer(row: Mapping[str, object], column: str, number: int) -> list[Turn]:
    text = row.get(column)
    if isinstance(text, str):
        return [{"role": "assistant", "content": text}]
    problem, mend = "a preference pair needs both answers", "Give text_a and text_b, or leave the row out"
    raise DatasetError(problem, mend, Place(row=number, column=column, value=text))
