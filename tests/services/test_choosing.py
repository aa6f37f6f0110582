"""The final answer by rule, and who speaks for an endpoint."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibes.services.choosing import final_answer, first_right, speaker


@dataclass
class Sample:
    sample: int
    text: str


@pytest.mark.parametrize(
    ("text", "key", "answer"),
    [
        (r"So $x$ is \boxed{\frac{1}{2}}.", "", r"\frac{1}{2}"),
        (r"First \boxed{3}, no: \boxed{4}", "7", "4"),
        ("The answer is **42**.", "", "42"),
        ("Answer: 1,200.50", "", "1200.5"),
        ("Answer: 12 km", "9", "12"),
        ("We count 3 apples and 14 pears.\n\nThat makes 17 in all.", "", "17"),
        ("17 in all, as 3 + 14 shows", "17", "14"),
        ("x = −5", "", "-5"),
        ("It costs $1,000.", "999", "1000"),
        ("Final answer: (B) Paris", "A", "B"),
        ("I believe that option C is right.", "b", "C"),
        ("A dog is not a cat, so B.", "C", "B"),
        ("Let me see.\n\n**(b)**", "", "B"),
        ("The capital of France is Paris.", "Lyon", "the capital of france is paris"),
        ("Thinking …\n\n  **Paris**!  \n\n---\n", "", "paris"),
        ("", "", ""),
        ("***", "7", ""),
        (r"\boxed{never closed", "", r"\boxed{never closed"),
    ],
)
def test_what_an_answer_comes_to(text, key, answer):
    assert final_answer(text, key) == answer


def test_the_key_gives_the_form_and_never_the_choice():
    samples = [Sample(n, text) for n, text in enumerate(("It is 7.", "It is 8.", "8, I think", "I say 8"))]
    assert speaker(samples, "7").sample == 1


def test_best_of_n_is_the_first_that_is_right_and_else_the_first() -> None:
    samples = [
        Sample(n, text) for n, text in enumerate(("It is 7.", "It is 8.", "8, I think", "Answer: Paris"))
    ]
    assert first_right(samples[::-1], "8").sample == 1
    assert first_right(samples, "8.0").sample == 1
    assert first_right(samples, "paris").sample == 3
    assert first_right(samples, "9").sample == first_right(samples, "").sample == 0


def test_equal_answers_in_other_words_are_counted_together():
    texts = ("The answer is 5.", r"\boxed{12}", "Answer: 12", "12.0", "5")
    assert speaker([Sample(n, text) for n, text in enumerate(texts)], "1").sample == 1


def test_ties_go_to_the_lowest_sample_whatever_the_order():
    samples = [Sample(9, "No"), Sample(4, "Yes"), Sample(7, "Yes"), Sample(2, "No"), Sample(1, "Perhaps")]
    assert speaker(samples).sample == speaker(samples[::-1]).sample == 2
    assert speaker([Sample(3, "b"), Sample(5, "a")]).sample == 3


@given(st.text(), st.sampled_from(["", "7", "B", "Paris"]))
def test_every_text_has_an_answer_that_case_and_spacing_do_not_change(text, key):
    found = final_answer(text, key)
    assert isinstance(found, str)
    assert final_answer(f"\n{text}\n\n", key) == found


@given(st.lists(st.sampled_from(["1", "2", "answer: 2", "3"]), min_size=1, max_size=9))
def test_nobody_else_is_more_common(texts):
    chosen = speaker([Sample(n, text) for n, text in enumerate(texts)])
    answers = [final_answer(text) for text in texts]
    assert answers.count(final_answer(chosen.text)) == max(map(answers.count, answers))
    assert chosen.sample == answers.index(final_answer(chosen.text))
