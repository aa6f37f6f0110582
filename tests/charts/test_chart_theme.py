import re
from pathlib import Path

import pytest

from vibes.charts import theme

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")


@pytest.mark.skipif(not TOKENS.exists(), reason="static/css/tokens.css is not there")
def test_the_colours_are_those_of_the_tokens_file() -> None:
    written = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}
    assert {name: written.get(name) for name in theme.TOKENS} == dict(theme.TOKENS)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["light", "dark", "print"])
def test_text_and_marks_stand_out_on_their_ground(ground: theme.Theme) -> None:
    paper = theme.colour("sheet", ground)
    for name in ("ink", "ink-2", "sycophancy", "stance", "formatting", "length", "accent"):
        assert contrast(theme.colour(name, ground), paper) >= 4.5, name
    for name in ("position", "quality", "ink-3"):
        assert contrast(theme.colour(name, ground), paper) >= 3, name
    for place in range(8):
        assert contrast(theme.model_mark(place, ground).edge, paper) >= 3, place


def test_a_model_keeps_its_mark_when_the_order_changes() -> None:
    assert theme.model_marks(["b", "a", "c"], "light") == theme.model_marks(["c", "b", "a"], "light")
