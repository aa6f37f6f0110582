"""Colours, type and the one plotly template, for light, dark and print.

The colour names and values are those of static/css/tokens.css; a test holds the two equal. Models take the Okabe-Ito
palette (Okabe and Ito 2008, "Color Universal Design") in a fixed order, each with a marker shape of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Theme = Literal["light", "dark", "print"]
Shape = Literal["wide", "narrow", "sheet"]

FONT = (
    '"Inter Variable", ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", sans-serif'
)
SMALLEST = 12
TEXT = 13
CLEAR = "rgba(0,0,0,0)"

TOKENS: Mapping[str, tuple[str, str]] = {
    "paper": ("#fbfaf8", "#16171a"),
    "sheet": ("#ffffff", "#1d1f23"),
    "well": ("#f3f1ed", "#24262b"),
    "ink": ("#1c1d20", "#e9e7e2"),
    "ink-2": ("#5b5d63", "#a5a39d"),
    "ink-3": ("#6c6e74", "#8f8e89"),
    "line": ("#e3e0da", "#33363c"),
    "line-2": ("#c9c5bd", "#474a51"),
    "accent": ("#1f4e8c", "#8db8f0"),
    "focus": ("#1f6feb", "#79b0ff"),
    "quality": ("#2166ac", "#7fb2e5"),
    "sycophancy": ("#bd5209", "#f0a060"),
    "stance": ("#8f3d06", "#d98544"),
    "formatting": ("#2a7f4f", "#7cc79b"),
    "length": ("#38777b", "#8ac3c6"),
    "position": ("#6b4fa0", "#b7a1e3"),
    "unknown": ("#8d8a84", "#8d8a84"),
}

# Fill, and an edge that stands out on white where the fill (yellow, sky blue) does not; last, the fill on dark paper.
OKABE_ITO: tuple[tuple[str, str, str], ...] = (
    ("#0072b2", "#00517f", "#3d9fdb"),
    ("#e69f00", "#946600", "#e69f00"),
    ("#009e73", "#006b4e", "#1fb98d"),
    ("#cc79a7", "#96487a", "#cc79a7"),
    ("#56b4e9", "#23779f", "#56b4e9"),
    ("#d55e00", "#a04400", "#e97a26"),
    ("#3a3a3a", "#000000", "#f0eee9"),
    ("#f0e442", "#857c00", "#f0e442"),
)
# Ochre, ground, navy: below, at and above an even share. Apart under every common colour blindness, the colours of no
# meaning, and darker (on dark paper lighter) towards both ends. Light and print, then dark.
DIVERGING = (("#8f6600", "#f3f1ed", "#1f4e8c"), ("#e0b040", "#2a2c31", "#8db8f0"))
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "pentagon", "star")


@dataclass(frozen=True)
class ModelMark:
    """How one model looks on every chart of a report."""

    fill: str
    edge: str
    symbol: str


def colour(name: str, theme: Theme) -> str:
    """The colour of a token; "faint" is a line that stays behind ink-3 on either ground."""
    if name == "faint":
        return "#62646a" if theme == "dark" else "#bdbbb6"
    if theme == "print" and name in ("paper", "sheet"):
        return "#ffffff"
    light, dark = TOKENS[name]
    return dark if theme == "dark" else light


def diverging(share: float, theme: Theme) -> str:
    """The colour of a share of 0 … 1 about an even ½; from 0.2 down and from 0.8 up it gets no stronger."""
    low, middle, high = DIVERGING[theme == "dark"]
    strength = min(1.0, abs(share - 0.5) / 0.3)
    return blend(middle, high if share > 0.5 else low, strength)


def legible(ground: str) -> str:
    """Black or white, whichever stands out more on `ground`: one of them always has a contrast of 4.5."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(found: str) -> float:
    parts = (part / 255 for part in channels(found))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def blend(ground: str, over: str, strength: float) -> str:
    """`over` laid on `ground` with an opacity of `strength`."""
    parts = zip(channels(ground), channels(over), strict=True)
    return "#" + "".join(f"{round(under + (top - under) * strength):02x}" for under, top in parts)


def channels(found: str) -> tuple[int, int, int]:
    return int(found[1:3], 16), int(found[3:5], 16), int(found[5:7], 16)


def model_marks(models: Iterable[str], theme: Theme) -> dict[str, ModelMark]:
    """Colour and shape per model, by alphabet, so that they do not move when the order on the board does.

    The first 64 models differ in colour or shape.
    """
    return {model: model_mark(place, theme) for place, model in enumerate(sorted(set(models)))}


def model_mark(place: int, theme: Theme) -> ModelMark:
    hue, turn = place % len(OKABE_ITO), place // len(OKABE_ITO)
    fill, edge, on_dark = OKABE_ITO[hue]
    symbol = SYMBOLS[(hue + turn) % len(SYMBOLS)]
    return ModelMark(on_dark, on_dark, symbol) if theme == "dark" else ModelMark(fill, edge, symbol)


def template(theme: Theme) -> dict[str, Any]:
    """The look of every figure: no grid, no zero line unless asked for, no legend, thin quiet axes."""
    ink_2, line = colour("ink-2", theme), colour("line-2", theme)
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": SMALLEST, "color": ink_2},
        "title": {"font": {"size": SMALLEST, "color": ink_2}, "standoff": 8},
        "gridcolor": colour("line", theme),
        "linecolor": line,
        "zerolinecolor": colour("ink-2", theme),
        "automargin": False,
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": TEXT, "color": colour("ink", theme)},
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "colorway": [model_mark(place, theme).fill for place in range(len(OKABE_ITO))],
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": colour("sheet", theme),
                "bordercolor": line,
                "align": "left",
                "font": {"family": FONT, "size": TEXT, "color": colour("ink", theme)},
            },
            "xaxis": axis,
            "yaxis": axis,
            "annotationdefaults": {"showarrow": False, "font": {"size": SMALLEST, "color": ink_2}},
            "separators": ".,",
        }
    }
