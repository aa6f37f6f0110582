"""Finds where an answer names its own maker or model, and shows [name] in its place.

In: an answer's text, and further names that a caller knows (a study's endpoints). Out: the same text with those names
masked, every other character as it was. Talk *about* a firm or a model stays: what is masked is "I am …", "as …, I",
"trained by …" said of itself, a speaker's label and a signature. It is a reading by rule, so it errs both ways; the
set in tests/data/self_naming.jsonl says how often.

Never: a name masked in code, in what another is quoted as saying, or in a condition ("if I were …").
"""

from annotations.rendering.self_naming.masking import MASK, Masked, mask

__all__ = ["MASK", "Masked", "mask"]
