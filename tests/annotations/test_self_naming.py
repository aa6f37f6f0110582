"""Self-naming is masked, honest talk stays.

`tests/data/self_naming.jsonl` holds 194 phrases that name the speaker's own maker or model, with the text expected, and
161 that only talk about one. The held-out half was written first, and no rule was made or changed for it: 69 of its 71
phrases are masked exactly (97 %), and all 57 honest mentions stay as they are. The rules were made on the development
half (123 and 104) and meet all of it. Rules and both halves come from one hand, so text from elsewhere may fare worse
than the held-out figures say.
"""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.models import Comparison
from annotations.rendering.self_naming import MASK, mask
from annotations.rendering.self_naming.masking import MAX_NAMES
from annotations.services import comparisons
from tests.annotations import room
from tests.services import desk
from vibes.models import Endpoint, Generation
from vibes.services import pairing

Row = dict[str, object]
ROWS: list[Row] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/self_naming.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
MEGABYTE = 1_000_000
HOSTILE = (
    "I am Claude. ",
    "Claude ",
    "As Claude, I ",
    "I am a ",
    "as ",
    "OpenAI policy I can't ",
    "*a",
    "`ab",
    "“",
    "'a",
    " ",
    "\n",
    "gpt 4",
    "I'm [Claude](https://claude.ai/Claude) ",
    "\u200bC",
    "我是",
    "我是由OpenAI训练的",
    "> I am Claude\n",
    "```\n",
    "OpenAI the the the the the the the ",
    "a large language model by ",
    "I am, ,,,,,(((",
    "zephyr-secret-",
    "我是" * 53 + "Claude ",
    "as " * 33 + "Claude ",
    "OpenAI aa aa aa aa hat mich aa aa aa ",
    "I am of the team at the team of the team, Claude and words and words and words and words and words and words. ",
)


def rows(half: str, *, own: bool) -> list[Row]:
    return [row for row in ROWS if row["half"] == half and (row["masked"] is not None) == own]


def is_met(row: Row) -> bool:
    expected = row["text"] if row["masked"] is None else row["masked"]
    return mask(row["text"], row.get("names", ())).text == expected


def test_the_set_is_large_enough() -> None:
    assert [len(rows(half, own=own)) for half in ("development", "held_out") for own in (True, False)] == [
        123,
        104,
        71,
        57,
    ]
    assert len({row["text"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("own", [True, False], ids=["self-naming", "honest"])
def test_all_of_the_development_half(own: bool) -> None:
    assert [row["text"] for row in rows("development", own=own) if not is_met(row)] == []


def test_the_held_out_half_as_measured() -> None:
    assert sum(is_met(row) for row in rows("held_out", own=True)) >= 69
    assert sum(is_met(row) for row in rows("held_out", own=False)) == 57


def test_masking_twice_changes_nothing() -> None:
    for row in ROWS:
        once = mask(row["text"], row.get("names", ())).text
        assert mask(once, row.get("names", ())).text == once


def test_names_are_counted() -> None:
    assert mask("I am Claude, made by Anthropic.").masked == 2
    assert mask("OpenAI released GPT-4.").masked == 0


def test_a_phrase_is_masked_wherever_it_stands() -> None:
    for row in rows("development", own=True):
        if str(row["text"]).startswith(("I am", "I'm", "Ich", "Je ", "Soy", "我")):
            framed = "Some words first.\n\n{}\n\nAnd some\n- after."
            got = mask(framed.format(row["text"]), row.get("names", ())).text
            assert got == framed.format(row["masked"])


def test_emphasis_and_unseen_characters_do_not_hide_a_name() -> None:
    for name in (
        "**Claude**",
        "_Cl\u200baude_",
        "**C**laude",
        "<b>Claude</b>",
        "Ｃlaude",
        "𝗖𝗹𝗮𝘂𝗱𝗲",
        "Cl\u2060a\ufeffude",
    ):
        text = mask(f"I am {name}, an assistant.").text
        assert MASK in text
        assert not re.search("[cC]l|laude", text)
    assert mask("I\u200b am **Claude**!").text == "I\u200b am **[name]**!"


def test_an_address_behind_a_masked_name_names_it_no_more() -> None:
    assert mask("I'm [Claude](https://claude.ai/x).").text == "I'm [[name]](https://[name].ai/x)."


@pytest.mark.slow
def test_ordinary_words_among_the_callers_names_mask_little() -> None:
    names = ("plain", "A", "assistant", "Best", "Fast model")
    for text in (
        "I am plain.",
        "I am a best friend.",
        "I'm an assistant.",
        "A is first; I am A.",
        "I'm fast.",
    ):
        assert mask(text, names).text == text
    assert mask("My name is Plain.", names).text == "My name is [name]."
    assert mask("You can call me Best.", names).text == "You can call me [name]."
    assert mask("I am Plain, an AI made by OpenAI.", names).text == "I am [name], an AI made by [name]."


fragments = st.sampled_from(
    [
        "I am ",
        "As ",
        "Claude",
        "OpenAI",
        ", ",
        "**",
        "`",
        "```\n",
        "\n",
        "\u200b",
        "made by ",
        '"',
        "> ",
        "我是",
        "I ",
        "if ",
        "İ",
    ]
)


@given(st.lists(fragments | st.text(max_size=5), max_size=30).map("".join))
def test_every_other_character_stays(text: str) -> None:
    got = mask(text)
    position = 0
    for piece in re.split(r"\[name\](?:[*_~`]*)", got.text) if got.masked else [text]:
        assert piece in text[position:]
        position = text.index(piece, position) + len(piece)


def test_a_text_of_nothing_but_names_is_masked_whole() -> None:
    assert mask("Claude said. " * (MAX_NAMES + 1)).masked == MAX_NAMES + 1


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_megabyte_takes_no_time(part: str) -> None:
    text = (part * (MEGABYTE // len(part) + 1))[:MEGABYTE] + " I am Claude."

    def spent() -> float:
        start = time.process_time()
        mask(text, ("zephyr-secret-7b",))
        return time.process_time() - start

    # A quiet core takes less than one second, a shared one several times as long; a slip in a pattern takes minutes.
    assert min(spent(), spent()) < 6


@pytest.mark.slow
def test_time_is_in_proportion_to_length() -> None:
    def spent(length: int) -> float:
        text = ("I am, by the way, Claude; and I know of OpenAI. " * length)[: length * 40]
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    assert min(spent(8_000) for _ in range(5)) < 12 * min(spent(2_000) for _ in range(5)) + 0.3


@pytest.mark.django_db
def test_a_comparison_is_frozen_with_its_names_masked() -> None:
    made = Comparison.objects.get(pk=masked_comparison().pk)
    assert made.prefix[0]["text"] == "I am Claude. Who are you?"
    assert made.side_a == [
        {"role": "assistant", "text": "I am [name].", "thoughts": "So, I'm [name]."},
        {"role": "user", "text": "I am Claude too.", "thoughts": ""},
        {"role": "assistant", "text": "OpenAI made GPT-4.", "thoughts": ""},
    ]
    assert made.side_b == [{"role": "assistant", "text": "As [name], I agree.", "thoughts": ""}]


def masked_comparison() -> Comparison:
    return comparisons.create(
        protocol=room.make().protocol,
        group="g",
        topic="t",
        caption="",
        prefix=[{"role": "user", "text": "I am Claude. Who are you?"}],
        side_a=[
            {"role": "assistant", "text": "I am Claude.", "thoughts": "So, I'm Qwen."},
            {"role": "user", "text": "I am Claude too."},
            {"role": "assistant", "text": "OpenAI made GPT-4."},
        ],
        side_b=[{"role": "assistant", "text": "As zephyr-secret-7b, I agree."}],
        names=["zephyr-secret-7b"],
    )


@pytest.mark.django_db
def test_a_study_masks_its_own_endpoints_names() -> None:
    study = desk.study(prompt_count=1)
    Endpoint.objects.filter(model="scripted-plain").update(
        name="ZEBRACORP 9000", model="zebracorp/quagga-7b-it"
    )
    Generation.objects.update(state="done", text="I am ZEBRACORP-9000.", thoughts="My name is Quagga 7B.")
    assert pairing.assemble(study=study) == 1
    made = Comparison.objects.get()
    for turn in (*made.side_a, *made.side_b):
        assert (turn["text"], turn["thoughts"]) == ("I am [name].", "My name is [name].")
