"""The last step before a rater's browser: an allow-list, whatever came before it."""

import nh3

from annotations.rendering.highlighting import CLASSES

_NAMES = "a blockquote br code div em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul"
TAGS = frozenset(_NAMES.split())
ATTRIBUTES = {"*": set[str](), "a": {"href"}, "ol": {"start"}, "span": {"title"}}
"""The empty star matters: left out, the sanitiser would allow `lang` and `title` everywhere."""
SCHEMES = {"http", "https", "mailto"}
FORCED = {"a": {"target": "_blank", "referrerpolicy": "no-referrer"}}
RELATIONS = "noopener noreferrer nofollow"

_CELLS = {"align-left", "align-right", "align-center"}
_SPANS = {"math", "math-display", "unseen", "image", "unlinked", "code-language"}
CLASSES_OF = {
    "div": {"code", "table", "source"},
    "p": {"shortened"},
    "span": _SPANS | CLASSES,
    "td": _CELLS,
    "th": _CELLS,
    **{f"h{level}": {f"level-{shown}" for shown in range(1, 7)} for level in range(3, 7)},
}

_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES_OF,
    url_schemes=SCHEMES,
    url_relative="deny",
    set_tag_attribute_values=FORCED,
    link_rel=RELATIONS,
)


def sanitise(html: str) -> str:
    """The HTML with nothing left but allowed tags, attributes, classes and schemes."""
    return str(_CLEANER.clean(html))
