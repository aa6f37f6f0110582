"""How large the text of a figure is."""

from typing import Any


def sizes(part: Any) -> list[float]:
    """Every font size of a figure; a mark's size is no font's."""
    if isinstance(part, list):
        return [size for one in part for size in sizes(one)]
    if not isinstance(part, dict):
        return []
    own = [font["size"] for key, font in part.items() if key.endswith("font") and "size" in font]
    return own + [size for one in part.values() for size in sizes(one)]
