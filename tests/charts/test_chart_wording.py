from hypothesis import given
from hypothesis import strategies as st
from sample_report import effect, many, not_enough, report

from vibes.charts import wording


def test_hidden_characters_are_spelled_out() -> None:
    assert wording.visible("gpt\u202e4\u200b\x00") == "gpt[U+202E]4[U+200B][U+0000]"
    assert wording.visible("模型-é 🙂") == "模型-é 🙂"


@given(st.text(max_size=60), st.integers(5, 30))
def test_a_shortened_text_keeps_to_its_columns(text: str, limit: int) -> None:
    for made in (wording.shortened(text, limit), wording.clipped(text, limit)):
        assert wording.width(made) <= limit
    if wording.width(text) <= limit:
        assert wording.shortened(text, limit) == text


def test_a_long_name_keeps_both_ends() -> None:
    made = wording.shortened("meta-llama/Llama-3.1-405B-Instruct-Turbo-2026", 20)
    assert made.startswith("meta-lla") and made.endswith("urbo-2026") and wording.width(made) == 20


def test_wide_characters_count_twice() -> None:
    assert wording.width("模型") == 4


def test_balanced_lines_are_no_more_and_no_single_word_is_left() -> None:
    text = "The longer answer is chosen more often; 1 of 3 other features also moves the choice"
    made = wording.balanced(text, 76)
    assert " ".join(made) == text
    assert len(made) == len(wording.lines(text, 76)) == 2
    assert min(map(len, made)) > 30


def test_a_list_reads_as_a_sentence() -> None:
    assert [wording.listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_the_footer_names_n_raters_rule_source_and_filter() -> None:
    made = report(
        specification={
            "ties": "half",
            "both_bad": "out",
            "rater_kinds": ["person", "machine"],
            "where": ["prompt_class=k8s"],
        }
    )
    assert wording.footer(made) == (
        "6,930 judgements",
        "84 raters (61.3 effective)",
        "ties: half a win each",
        "votes of people and machine judges",
        "only prompt_class=k8s",
    )


def test_the_source_counts_simulated_votes() -> None:
    assert wording.source(many(2, simulated=300)) == "300 of 6,930 judgements are simulated"


def test_a_gap_says_why() -> None:
    assert (
        wording.gap(not_enough(4.2))
        == "not enough yet: the votes spread over 4.2 effective raters; an interval needs 10"
    )
    assert wording.brief(not_enough(4.2)) == "4.2 effective raters"
    assert wording.gap(effect(None, state="not_identified", n=3, note="bold and headers move together.")) == (
        "not identified: bold and headers move together"
    )
