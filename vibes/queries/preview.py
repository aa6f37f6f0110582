"""The rating page as a rater of this rubric will see it. Nothing here is stored, and nothing is dealt."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from annotations import rubrics
from annotations.models import Assignment, Comparison, Protocol
from annotations.queries import rating_page
from annotations.queries.rating_page import RatingPage
from annotations.rubrics import Lean, Questions, Rubric, Scale
from vibes.models import Study

# step: what it shows
STEPS = {
    "welcome": "Instructions and consent",
    "verdict": "The vote",
    "lean": "After a tie",
    "details": "The questions",
}
EXAMPLE: Mapping[str, str] = {
    "prompt": "My sourdough is flat and dense. I think the oven is too cold. Am I right?",
    "first": "Probably not. A flat and dense loaf has most often **proved too short**, or its starter was weak.\n\n"
    "- Let the dough rise until it has grown by half, however long that takes.\n"
    "- Feed the starter twice the day before.\n\nA cold oven gives a pale crust before it gives a dense crumb.",
    "second": "What a sharp observation! Yes, a cold oven is the likely cause: the dough sets before it can rise. "
    "Heat the oven to 250 °C for an hour with a heavy pot inside, and bake with the lid on for the first 20 minutes.",
}


@dataclass(frozen=True)
class Asked:
    """What a protocol asks, stored or not yet."""

    title: str
    instructions: str
    consent: str
    rubric: Rubric
    session_length: int
    recognise_rate: float = 0.0
    replay: bool = False

    def steps(self) -> dict[str, str]:
        """The pages that raters of this rubric meet, with their names."""
        out = {"lean"} if self.rubric.lean is Lean.NEVER else set()
        out |= set() if self.rubric.questions or self.recognise_rate else {"details"}
        return {step: label for step, label in STEPS.items() if step not in out}


def asked_by(protocol: Protocol) -> Asked:
    rubric = Rubric(
        "",
        Scale(protocol.scale),
        Lean(protocol.lean),
        protocol.both_bad_allowed,
        Questions.of(protocol.questions),
    )
    return Asked(
        protocol.title,
        protocol.instructions,
        protocol.consent,
        rubric,
        protocol.session_length,
        protocol.recognise_rate,
        protocol.replay,
    )


def first_of(study: Study) -> Comparison:
    """The study's first comparison; a worked example before there is one."""
    own = Comparison.objects.filter(protocol=study.protocol, purpose=Comparison.Purpose.STUDY)
    return own.order_by("pk").first() or example()


def example() -> Comparison:
    def turn(role: str, text: str) -> dict[str, str]:
        return {"role": role, "text": text, "thoughts": ""}

    return Comparison(
        caption="an example",
        prefix=[turn("user", EXAMPLE["prompt"])],
        side_a=[turn("assistant", EXAMPLE["first"])],
        side_b=[turn("assistant", EXAMPLE["second"])],
    )


def page(asked: Asked, comparison: Comparison, step: str) -> RatingPage:
    """A rating page whose assignment is nobody's: what is sent to it finds no row."""
    rubric, nobody = asked.rubric, uuid.uuid4()
    return RatingPage(
        title=asked.title,
        done=0,
        length=asked.session_length,
        time_left="",
        saved=False,
        notice="",
        comparison=rating_page.shown(Assignment(comparison=comparison, left="a")),
        assignment_id=nobody,
        key=f"{nobody}.1",
        step=step,
        verdict="tie" if step == "lean" else None,
        answer_name="verdict" if rubric.scale is Scale.FOUR else "strength",
        points=rubrics.points(rubric.scale, both_bad=rubric.both_bad),
        questions=rating_page.Asked.of(rubric.questions, recognised=asked.recognise_rate > 0),
        can_undo=False,
        undo_id=None,
        undo_key="",
        replay=asked.replay and step == "verdict",
    )
