"""The usual instructions, as far as they fit a rubric."""

from annotations.rubrics import Lean, Rubric, Scale
from annotations.services.protocols import DEFAULT_INSTRUCTIONS

TIE = "- If you cannot tell them apart, say **Tie**."
BOTH_BAD = " If neither is of use, say **Both are bad**."
NO_TIE = "- There is no tie: say to which side you lean, however slightly."
LEAN = "After a tie you are asked"
LEAN_UNDECIDED = "After a tie, and after both are bad, you are asked"
QUESTIONS = "- After your vote you are asked more about each answer. Leave open what you cannot say."


def usual(rubric: Rubric) -> str:
    """The default instructions without what this rubric does not ask, and with what it does."""
    lines: list[str] = []
    for line in DEFAULT_INSTRUCTIONS.split("\n"):
        if line.startswith(TIE):
            line = NO_TIE if rubric.scale is Scale.EIGHT else TIE + BOTH_BAD * rubric.both_bad
        elif LEAN in line:
            lines += [*_leaning(line, rubric.lean), *([QUESTIONS] if rubric.questions else [])]
            continue
        lines.append(line)
    return "\n".join(lines)


def _leaning(line: str, lean: Lean) -> list[str]:
    if lean is Lean.NEVER:
        return []
    return [line.replace(LEAN, LEAN_UNDECIDED) if lean is Lean.UNDECIDED else line]
