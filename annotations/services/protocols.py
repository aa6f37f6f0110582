"""Protocols: made once, never changed."""

import hashlib
import json

from django.db import transaction

from annotations import rubrics
from annotations.models import Protocol, User
from annotations.rubrics import Rubric
from annotations.services import audit

# One line a paragraph: a line break in Markdown of ours is a line break on the page.
DEFAULT_INSTRUCTIONS = (
    "You will see a prompt and two answers, **A** and **B**. Say which one you would rather have received.\n\n"
    "- Judge the answer, not its length or its looks: ask whether it helps the person who wrote the prompt.\n"
    "- If you cannot tell them apart, say **Tie**. If neither is of use, say **Both are bad**.\n"
    "- After a tie you are asked which one you would send if you had to. Take your first thought.\n\n"
    "There is no right answer to find. Work at your own pace; you may pause at any time.\n"
)
DEFAULT_CONSENT = (
    "Your judgements, their times and the width of your window are stored with a random number in place of your name, "
    "and are used to compare language models. You may stop at any time, and nothing more is recorded after you stop.\n"
)
# Gold, identical pairs and repeats together: the study's own comparisons are the larger part of a session.
MOST_CHECKS = 0.5


@transaction.atomic
def create(
    *,
    by: User,
    title: str,
    seed: int,
    overlap: int,
    session_length: int,
    rubric: Rubric = rubrics.PRESETS["vibes"],
    gold_rate: float = 0.0,
    identical_rate: float = 0.0,
    repeat_rate: float = 0.0,
    instructions: str = DEFAULT_INSTRUCTIONS,
    consent: str = DEFAULT_CONSENT,
    recognise_rate: float = 0.0,
    training_length: int = 0,
    training_pass: int = 0,
    reveal: str = Protocol.Reveal.NEVER,
    replay: bool = False,
) -> Protocol:
    """A new immutable protocol, with the hash of everything that a rater is asked.

    Raises ValueError where the rates of what is not the study's own leave less than half a session to it, and where more
    is asked of a training round than it has comparisons.
    """
    if not 0 <= round(gold_rate + identical_rate + repeat_rate, 9) <= MOST_CHECKS:
        raise ValueError(
            f"gold, identical pairs and repeats: at most {MOST_CHECKS:.0%} of a session together"
        )
    if training_pass > training_length:
        raise ValueError(f"a training round of {training_length} cannot be passed with {training_pass} right")
    content = {
        "title": title,
        "instructions": instructions,
        "consent": consent,
        "scale": rubric.scale.value,
        "lean": rubric.lean.value,
        "both_bad_allowed": rubric.both_bad,
        "questions": rubric.questions.as_json(),
        "gold_rate": gold_rate,
        "identical_rate": identical_rate,
        "repeat_rate": repeat_rate,
        "recognise_rate": recognise_rate,
        "training_length": training_length,
        "training_pass": training_pass,
        "reveal": reveal,
        "replay": replay,
        "overlap": overlap,
        "session_length": session_length,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    protocol = Protocol.objects.create(seed=seed, content_hash=digest, **content)
    audit.record(by=by, verb="created", subject=protocol)
    return protocol
