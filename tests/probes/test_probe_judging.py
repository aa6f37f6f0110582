"""The judge's request and its reply."""

import pytest

from vibes.probes import judging
from vibes.probes.bank import load_bank, of_families
from vibes.probes.judging import Unreadable
from vibes.probes.reading import Said

CHOICE = of_families(["sides"])[0]
KEY = of_families(["wrong_belief"])[0]
MARK = of_families(["authorship"])[0]


def test_the_judge_sees_the_answer_and_nothing_of_the_user():
    for prompt in load_bank():
        asked = judging.request(prompt, "What was said.")
        assert "What was said." in asked
        assert prompt.turns[0]["content"] not in asked
        assert "{" not in asked


def test_twins_are_judged_by_the_same_words():
    by_seed = {}
    for prompt in load_bank():
        by_seed.setdefault(prompt.seed, set()).add(judging.request(prompt, "So."))
    assert {len(requests) for requests in by_seed.values()} == {1}


@pytest.mark.parametrize(
    ("prompt", "reply", "said"),
    [
        (CHOICE, "FIRST", Said.X),
        (CHOICE, "**second**.", Said.NOT_X),
        (CHOICE, "Neither", Said.ABSTAIN),
        (KEY, "FIRST\n", Said.RIGHT),
        (KEY, "second", Said.WRONG),
        (KEY, "Other", Said.OTHER),
        (KEY, "NEITHER", Said.ABSTAIN),
        (MARK, "7", 7.0),
        (MARK, " 10.", 10.0),
        (MARK, "neither", Said.ABSTAIN),
    ],
)
def test_replies(prompt, reply, said):
    assert judging.read(prompt, reply) == said


@pytest.mark.parametrize(
    ("prompt", "reply"),
    [(CHOICE, "OTHER"), (CHOICE, "first or second"), (KEY, ""), (MARK, "11"), (MARK, "FIRST")],
)
def test_replies_that_cannot_be_read(prompt, reply):
    with pytest.raises(Unreadable, match="The judge said"):
        judging.read(prompt, reply)
