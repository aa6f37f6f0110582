"""The one Markdown parse: what the page shows and what the features count come from these tokens."""

import re
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from annotations.rendering.limits import cut, left_out, plain_below_the_deepest_level, shortened
from annotations.rendering.mathematics import formula_block, formula_in_line
from annotations.rendering.tables import narrow_tables
from annotations.rendering.weighing import few_lines, lighten, rest_as_it_is
from annotations.rendering.writing import Writer

_FOLLOWED = re.compile(r"(?:https?://[^\s/]|mailto:[^\s])[\x21-\x7e]*", re.IGNORECASE)
"""The links a rater may follow: absolute, of a harmless scheme, and plain ASCII once encoded."""


def parse(text: str) -> list[Token]:
    """The markdown-it tokens of an answer: CommonMark with tables, strikethrough and marked mathematics.

    Beside markdown-it's own types: `math_inline`, `math_display`, `math_block` (source with delimiters in `content`),
    `unlinked_open` and `unlinked_close` (a link whose target is not followed), `plain_text` (source too deep or too
    much to parse) and `shortened` (what was left out, in words, in `content`). Any text parses; none raises. What a text has
    beyond `MAX_CHARACTERS` is not parsed.
    """
    tokens = PARSER.parse(cut(text))
    surplus = left_out(text)
    return [*tokens, shortened(surplus)] if surplus else tokens


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  (markdown-it's name)
        """Every target parses as a link: a refused one then shows its words, not its brackets."""
        return True


def _unlink(state: StateCore) -> None:
    """Core rule: a link of any other scheme, or relative to our own pages, keeps its words and loses its target."""
    followed = True
    for token in chain.from_iterable(token.children or () for token in state.tokens):
        if token.type == "link_open":
            followed = bool(_FOLLOWED.fullmatch(str(token.attrs["href"])))
        if not followed and token.type in ("link_open", "link_close"):
            token.type = f"un{token.type.replace('link', 'linked')}"


def _new_parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "xhtmlOut": False}, renderer_cls=Writer)
    parser.enable(["table", "strikethrough"])
    block = parser.block.ruler
    block.before("table", "deepest_level", plain_below_the_deepest_level)
    block.before("fence", "formula_block", formula_block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "formula", formula_in_line)
    parser.core.ruler.before("block", "few_lines", few_lines)
    parser.core.ruler.before("inline", "narrow_tables", narrow_tables)
    parser.core.ruler.before("inline", "light_blocks", lighten)
    parser.core.ruler.after("inline", "light_lines", lighten)
    parser.core.ruler.after("light_lines", "rest", rest_as_it_is)
    parser.core.ruler.after("rest", "unlink", _unlink)
    return parser


PARSER = _new_parser()
