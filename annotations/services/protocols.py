"""Protocols: made once, never changed."""

from django.db import transaction

from annotations import rubrics
from annotations.asked import MOST_CHECKS, Asked
from annotations.models import Protocol, User
from annotations.rubrics import Rubric
from annotations.services import audit

__all__ = ["DEFAULT_CONSENT", "DEFAULT_INSTRUCTIONS", "MOST_CHECKS", "create", "store"]

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
    own_prompts: int = 0,
    own_prompts_later: bool = False,
) -> Protocol:
    """A new immutable protocol. Raises ValueError for what cannot be asked (`Asked`)."""
    asked = Asked(
        title=title,
        instructions=instructions,
        consent=consent,
        overlap=overlap,
        session_length=session_length,
        rubric=rubric,
        gold_rate=gold_rate,
        identical_rate=identical_rate,
        repeat_rate=repeat_rate,
        recognise_rate=recognise_rate,
        training_length=training_length,
        training_pass=training_pass,
        reveal=str(reveal),
        replay=replay,
        own_prompts=own_prompts,
        own_prompts_later=own_prompts_later,
    )
    return store(by=by, asked=asked, seed=seed)


@transaction.atomic
def store(*, by: User, asked: Asked, seed: int) -> Protocol:
    """A new immutable protocol, with the hash of everything that a rater is asked."""
    protocol = Protocol.objects.create(seed=seed, content_hash=asked.digest, **asked.content())
    audit.record(by=by, verb="created", subject=protocol)
    return protocol
