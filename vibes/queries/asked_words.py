"""What is asked, in the words of a page, and what became other between two versions."""

from dataclasses import dataclass

from annotations import rubrics
from annotations.asked import Asked
from annotations.models import Protocol
from annotations.rubrics import Lean, Rubric, Scale
from vibes.charts.numbers import decimal

SCALES = {
    Scale.FOUR: "A, B, tie, both bad",
    Scale.FIVE: "five points: A much better, A, tie, B, B much better",
    Scale.EIGHT: "eight points, without a tie",
}
LEANS = {
    Lean.NEVER: "never",
    Lean.TIE: "after a tie",
    Lean.UNDECIDED: "after a tie and after both bad",
}
NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One thing that became other. `long`: a text of paragraphs."""

    what: str
    before: str
    after: str
    long: bool = False


def words(asked: Asked) -> dict[str, str]:
    """Everything that is asked but the long texts, by what it is."""
    rubric = asked.rubric
    return {
        "Title": asked.title,
        "Scale": _scale(rubric),
        "“If you had to send one?”": LEANS[rubric.lean],
        "Asked after the vote": _questions(rubric),
        "Judgements per comparison": f"{asked.overlap}",
        "Comparisons per session": f"{asked.session_length}",
        "Known answers": _share(asked.gold_rate),
        "Repeats": _share(asked.repeat_rate),
        "Identical pairs": _share(asked.identical_rate),
        "Training": _training(asked),
        "“Did you recognise a model?”": _share(asked.recognise_rate, "of the votes", "never"),
        "Names are shown": Protocol.Reveal(asked.reveal).label.lower(),
        "Answers appear": "word by word" if asked.replay else "at once",
        "Prompts of a rater’s own": _own_prompts(asked),
    }


def changes(before: Asked, after: Asked) -> tuple[Change, ...]:
    """What differs, the short things first."""
    old, new = words(before), words(after)
    short = [Change(what, old[what], new[what]) for what in old if old[what] != new[what]]
    texts = (
        ("Instructions", before.instructions, after.instructions),
        ("Consent", before.consent, after.consent),
    )
    return (*short, *(Change(*text, long=True) for text in texts if text[1] != text[2]))


def _scale(rubric: Rubric) -> str:
    return "A, B, tie" if rubric.scale is Scale.FOUR and not rubric.both_bad else SCALES[rubric.scale]


def _questions(rubric: Rubric) -> str:
    asked = rubric.questions
    named = [
        *(rubrics.ASPECTS[name] for name in asked.aspects),
        *(rubrics.FLAGS[name] for name in asked.flags),
        *(rubrics.REASONS[name] for name in asked.reasons),
    ]
    more = {"how sure": asked.confidence, "a comment": asked.comment, "marked passages": asked.spans}
    return "; ".join([*named, *(name for name, wanted in more.items() if wanted)]) or NOTHING


def _share(rate: float, of: str = "of a session", no: str = "none") -> str:
    per_cent = round(100 * rate, 2)
    return f"{decimal(per_cent, 0 if per_cent == round(per_cent) else 2)} % {of}" if rate else no


def _own_prompts(asked: Asked) -> str:
    if not asked.own_prompts:
        return "none"
    return f"{asked.own_prompts} a set{', answered later' if asked.own_prompts_later else ''}"


def _training(asked: Asked) -> str:
    if not asked.training_length:
        return "none"
    wanted = f"{asked.training_pass} as expected to pass" if asked.training_pass else "nobody fails"
    return f"{asked.training_length} comparisons, {wanted}"
