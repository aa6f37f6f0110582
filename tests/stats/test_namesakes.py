"""Two endpoints that claim to be one model: told apart where they differ, not where they do not."""

import numpy as np
import pytest

from tests.stats.planted_worlds import REFERENCE_SD
from vibes.stats.covariates import FeaturePair
from vibes.stats.frames import FrameError, JudgementFrame
from vibes.stats.report import Specification, analyse

pytestmark = pytest.mark.slow

PROMPTS, MODELS = 40, ("one", "other", "third")


def votes(longer: float, seed: int = 1):
    """Each pair of models on each prompt, twelve raters; `longer`: how many more words "other" writes on average."""
    rng = np.random.default_rng(seed)
    words = rng.poisson(60.0, (PROMPTS, 3)) + np.array([0.0, longer, 0.0])
    rows = [(p, a, b) for p in range(PROMPTS) for a in range(3) for b in range(a + 1, 3) for _ in range(2)]
    prompt, a, b = (np.array(column) for column in zip(*rows, strict=True))
    columns = {
        "prompt_id": [f"p{k}" for k in prompt],
        "rater": [f"r{k}" for k in rng.integers(0, 12, len(rows))],
        "model_a": [MODELS[k] for k in a],
        "model_b": [MODELS[k] for k in b],
        "verdict": rng.choice(["a", "b", "tie"], len(rows)).tolist(),
        "text_a": [f"{p} {m}" for p, m in zip(prompt, a, strict=True)],
        "text_b": [f"{p} {m}" for p, m in zip(prompt, b, strict=True)],
    }
    length = FeaturePair(
        "words",
        "length",
        "words",
        "1",
        REFERENCE_SD,
        words[prompt, a].astype(float),
        words[prompt, b].astype(float),
    )
    return JudgementFrame.from_columns(columns), [length]


def compared(longer, *pair):
    frame, features = votes(longer)
    asked = Specification(same=(pair or ("one", "other"),))
    return analyse(frame, features, asked, seed=1, code_version="v", data_fingerprint="f")["namesakes"]


def test_answers_of_another_length_tell_them_apart():
    (found,) = compared(12.0)
    assert found["apart"] and found["p"] < 0.01 and found["prompts"] == PROMPTS
    (gap,) = found["features"]
    assert gap["difference"]["high"] < 0.0, "the first writes less"
    assert gap["difference"]["n"] == 2 * PROMPTS, "an answer counts once, however often it was judged"


def test_the_same_way_of_writing_does_not():
    (found,) = compared(0.0)
    assert not found["apart"]
    assert found["strength"]["state"] == "ok"
    assert found["strength"]["low"] < 0.0 < found["strength"]["high"]


def test_the_other_way_round_the_difference_changes_its_sign():
    one, other = compared(12.0)[0], compared(12.0, "other", "one")[0]
    assert other["strength"]["estimate"] == pytest.approx(-one["strength"]["estimate"])
    here, there = one["features"][0]["difference"], other["features"][0]["difference"]
    assert there["estimate"] == pytest.approx(-here["estimate"])


def test_a_name_that_nobody_has_is_said_with_those_that_there_are():
    with pytest.raises(FrameError, match=r"no model is called else.*one, other, third"):
        compared(0.0, "one", "else")
