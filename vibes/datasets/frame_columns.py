"""The columns of the judgement frame: their order in a file, how a cell of each is read, and what each means."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vibes.datasets import cells

VERDICTS = ("a", "b", "tie", "both_bad")
SIDES = ("a", "b")
RATER_KINDS = ("person", "machine", "simulated")
PURPOSES = ("study", "gold", "repeat", "identical", "adjudication")
COVARIATE = "x_"

# Here an empty text is a value: an answer of no words.
ANSWERS = ("text_a", "text_b")


@dataclass(frozen=True, slots=True)
class FrameColumn:
    """One column: `read` turns a cell into its value, `meaning` is its line in docs/formats.md."""

    read: cells.Reader
    meaning: str
    required: bool = False


_COLUMNS = {
    "judgement_id": FrameColumn(cells.name, "id of the judgement, unique in the file"),
    "prompt_id": FrameColumn(cells.name, "id of the prompt", required=True),
    "prompt_class": FrameColumn(cells.name, "class of the prompt, such as advice or maths"),
    "matchup": FrameColumn(cells.name, "id that all variants of one pair of answers share"),
    "rater": FrameColumn(cells.name, "id of whoever judged", required=True),
    "rater_kind": FrameColumn(cells.one_of(*RATER_KINDS), "person (taken where empty), machine or simulated"),
    "model_a": FrameColumn(cells.name, "name of the model whose answer is A", required=True),
    "model_b": FrameColumn(cells.name, "name of the model whose answer is B", required=True),
    "compute_a": FrameColumn(
        cells.name, "what was spent on the answer A, such as `effort=high; majority of 5`"
    ),
    "compute_b": FrameColumn(cells.name, "the same for B"),
    "tokens_a": FrameColumn(
        cells.number, "tokens that the answer A took, with its thinking, as counted by the server"
    ),
    "tokens_b": FrameColumn(cells.number, "the same for B"),
    "thinking_tokens_a": FrameColumn(cells.number, "those of them that were thinking"),
    "thinking_tokens_b": FrameColumn(cells.number, "the same for B"),
    "answer_seconds_a": FrameColumn(cells.number, "how long the answer A took to come, in seconds"),
    "answer_seconds_b": FrameColumn(cells.number, "the same for B"),
    "cost_a": FrameColumn(cells.number, "what the answer A cost, in US dollars"),
    "cost_b": FrameColumn(cells.number, "the same for B"),
    "verdict": FrameColumn(cells.one_of(*VERDICTS), "a, b, tie or both_bad", required=True),
    "lean": FrameColumn(
        cells.one_of(*SIDES), "after a tie or both_bad: the side a forced choice fell on, a or b"
    ),
    "strength": FrameColumn(cells.number, "strength of the preference, above 0 for A, on a symmetric scale"),
    "a_is_left": FrameColumn(cells.boolean, "whether A stood on the left of the screen"),
    "purpose": FrameColumn(
        cells.one_of(*PURPOSES), "study (taken where empty), gold, repeat, identical or adjudication"
    ),
    "expected": FrameColumn(cells.one_of(*VERDICTS), "the verdict that a gold comparison expects"),
    "quality_a": FrameColumn(cells.number, "this rater's mark for the quality of A, 1 to 5"),
    "quality_b": FrameColumn(cells.number, "the same for B"),
    "sycophancy_a": FrameColumn(cells.number, "this rater's mark for the flattery of A, 1 to 5"),
    "sycophancy_b": FrameColumn(cells.number, "the same for B"),
    "key_quality_a": FrameColumn(cells.number, "quality of A by answer key"),
    "key_quality_b": FrameColumn(cells.number, "the same for B"),
    "flags_a": FrameColumn(cells.free_text, "what the rater flagged in A, names separated by commas"),
    "flags_b": FrameColumn(cells.free_text, "the same for B"),
    "takes_side_a": FrameColumn(
        cells.number, "this rater's mark for how far A takes the user's side, 1 to 5"
    ),
    "takes_side_b": FrameColumn(cells.number, "the same for B"),
    "reasons_a": FrameColumn(cells.free_text, "what the rater found better in A, names separated by commas"),
    "reasons_b": FrameColumn(cells.free_text, "the same for B"),
    "marked_a": FrameColumn(cells.free_text, "passages of A that the rater marked, as a JSON list"),
    "marked_b": FrameColumn(cells.free_text, "the same for B"),
    "confidence": FrameColumn(cells.count, "how sure the rater was, 1 (a guess) to 3 (sure)"),
    "comment": FrameColumn(cells.free_text, "what the rater wrote"),
    "recognised_a": FrameColumn(
        cells.free_text,
        "the model that the rater recognised in A, ? where it was not named; empty for none, null where not asked",
    ),
    "recognised_b": FrameColumn(cells.free_text, "the same for B"),
    "format_a": FrameColumn(
        cells.name, "how A was put on the page: version of the rendering, shortened or not"
    ),
    "format_b": FrameColumn(cells.name, "the same for B"),
    "cue": FrameColumn(cells.name, "name of the planted edit, if any"),
    "cue_on": FrameColumn(cells.one_of(*SIDES), "the side that carries the planted edit, a or b"),
    "weight": FrameColumn(cells.number, "inverse sampling probability, above 0"),
    "author": FrameColumn(cells.name, "id of the rater who wrote the prompt"),
    "authored": FrameColumn(cells.boolean, "whether this rater wrote the prompt"),
    "session": FrameColumn(cells.name, "id of the rating session"),
    "order": FrameColumn(cells.count, "place of the judgement in its session, from 0 or 1"),
    "seconds": FrameColumn(cells.number, "time taken, in seconds"),
    "created_at": FrameColumn(cells.moment, "when it was made, ISO 8601"),
    "prompt": FrameColumn(cells.prompt, "the prompt: text, or a list of {role, content}"),
    "text_a": FrameColumn(cells.free_text, "the answer A, as Markdown"),
    "text_b": FrameColumn(cells.free_text, "the answer B, as Markdown"),
    "user_turns": FrameColumn(
        cells.count, "how many turns the user has in the conversation that is answered"
    ),
    "turns_a": FrameColumn(
        cells.conversation, "where side A has several turns, all of them: a list of {role, content}"
    ),
    "turns_b": FrameColumn(cells.conversation, "the same for B"),
}

FRAME_COLUMNS: Mapping[str, FrameColumn] = MappingProxyType(_COLUMNS)
REQUIRED = tuple(name for name, column in FRAME_COLUMNS.items() if column.required)


def reader_of(name: str) -> cells.Reader | None:
    """How a cell of this column is read; None for a column that the frame does not know."""
    if name.startswith(COVARIATE) and name != COVARIATE:
        return cells.number
    column = FRAME_COLUMNS.get(name)
    return column.read if column else None


def judgement_row(**values: object) -> dict[str, object]:
    """One row for a file: the columns in their order, `x_<name>` last, without what is empty (None or "").

    An empty answer stays. Raises TypeError for a name that is no column of the frame.
    """
    unknown = sorted(name for name in values if reader_of(name) is None)
    if unknown:
        raise TypeError(f"not columns of the judgement frame: {', '.join(unknown)}")
    ordered = [*(name for name in FRAME_COLUMNS if name in values), *sorted(set(values) - set(FRAME_COLUMNS))]
    return {name: values[name] for name in ordered if _is_told(name, values[name])}


def _is_told(name: str, value: object) -> bool:
    return value is not None and (value != "" or name in ANSWERS)
