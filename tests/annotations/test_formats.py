"""How a side was put on the page: named by a version, and stored with the verdict."""

import hashlib

import pytest

from annotations.models import Judgement
from annotations.rendering import (
    MAX_CHARACTERS,
    format_of,
    format_of_side,
    render,
    render_plain,
    render_steps,
)
from annotations.rendering.formats import VERSION
from annotations.services import comparisons, judgements
from annotations.services.judgements import Answer
from tests.annotations import room as rooms
from tests.annotations.rendering_allowed import checked

PLAIN, SHORTENED = f"markdown-{VERSION}", f"markdown-{VERSION} shortened"
# One of everything that an answer may hold.
SAMPLE = """# Head

*a* **b** ~~c~~ `d` [e](https://example.org) [f](/g) ![h](i.png) <b>j</b> $x^2$ \u200b

- k
1. l

> m

| n | o |
|:--|--:|
| p | q |

```python
print("r")
```

$$y$$
"""
SEEN = {1: "330def"}


@pytest.mark.parametrize(
    "text",
    ["x" * (MAX_CHARACTERS + 1), ">" * 40 + " deep", "|" + "a|" * 50 + "\n|" + "-|" * 50, "*a* " * 4_000],
    ids=["long", "deep", "wide", "heavy"],
)
def test_what_the_page_leaves_out_is_told(text: str) -> None:
    assert "shortened here" in render(text)
    assert format_of(text) == SHORTENED
    assert format_of_side([{"role": "assistant", "text": "Short.", "thoughts": text}]) == SHORTENED


@pytest.mark.parametrize("text", ["", "Short.", SAMPLE, "shortened here"])
def test_a_whole_text_is_not_called_shortened(text: str) -> None:
    assert format_of(text) == PLAIN


def test_steps_count_too() -> None:
    step = {"name": "search", "input": "x", "output": "y" * MAX_CHARACTERS}
    assert "shortened here: 1 more characters" in render_steps([step])
    assert format_of_side([{"role": "assistant", "text": "Short.", "steps": [step]}]) == SHORTENED
    assert (
        format_of_side([{"role": "assistant", "text": "Short.", "steps": [step | {"output": ""}]}]) == PLAIN
    )


def test_another_page_for_the_same_text_is_another_version() -> None:
    """Fails where the rendering was changed: raise VERSION, and put the new beginning of the hash here."""
    steps = [{"name": "s", "input": "in", "output": "out"}]
    page = checked(render(SAMPLE) + render_plain(SAMPLE) + render_steps(steps))
    seen = (page.tags, sorted(page.classes), page.text, [sorted(link.items()) for link in page.links])
    assert hashlib.sha256(repr(seen).encode()).hexdigest()[:6] == SEEN[VERSION]


@pytest.mark.django_db
def test_both_formats_are_stored_with_the_verdict_and_carried_on() -> None:
    room = rooms.make(lean="tie")
    comparison = comparisons.create(
        protocol=room.protocol,
        group="g",
        topic="t",
        caption="advice",
        prefix=[],
        side_a=[{"role": "assistant", "text": "Short."}],
        side_b=[{"role": "assistant", "text": "x" * (MAX_CHARACTERS + 1)}],
    )
    session = room.session()
    assignment = room.dealt(session)
    assert assignment.comparison == comparison

    judgements.record(assignment=assignment, rater=session.rater, answer=Answer(key="1", verdict="tie"))
    judgements.add_lean(assignment=assignment, rater=session.rater, lean="a", key="2")

    stored = list(Judgement.objects.order_by("revision").values_list("format_a", "format_b"))
    assert stored == [(PLAIN, SHORTENED)] * 2
