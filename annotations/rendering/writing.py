"""Tokens into HTML: the tags and classes that an answer may have. Not yet safe: `sanitising` comes after."""

from collections.abc import Sequence
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from annotations.rendering.highlighting import highlight

_DEMOTED = {"h1": "h3", "h2": "h4", "h3": "h5"}
"""The page's own outline ends at h2, the side's name."""


class Writer(RendererHTML):
    """markdown-it's renderer with our rules; one method per token type, each returning a piece of HTML."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tag = tokens[idx].tag
        return f'<{_DEMOTED.get(tag, "h6")} class="level-{tag[1]}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_DEMOTED.get(tokens[idx].tag, 'h6')}>\n"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A line of its own stays one: verse and addresses are written so, and chat pages show them so."""
        return "<br>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The target only: a title is the model's text inside an attribute."""
        return f'<a href="{escape(str(tokens[idx].attrs["href"]))}">'

    def unlinked_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<span class="unlinked">'

    def unlinked_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</span>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        alternative = words_of(tokens[idx].children or ())
        return f'<span class="image">[image{": " if alternative else ""}{escape(alternative)}]</span>'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = (tokens[idx].info.split() or [""])[0][:30]
        name = f'<span class="code-language">{escape(language)}</span>' if language else ""
        return f'<div class="code">{name}<pre><code>{highlight(tokens[idx].content, language, env)}</code></pre></div>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<div class="code"><pre><code>{escape(tokens[idx].content)}</code></pre></div>\n'

    def plain_text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<div class="source">{escape(tokens[idx].content)}</div>\n'

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<span class="math">{escape(tokens[idx].content)}</span>'

    def math_display(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<span class="math math-display">{escape(tokens[idx].content)}</span>'

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<p>{self.math_display(tokens, idx, options, env)}</p>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<{tokens[idx].tag}{_alignment(tokens[idx])}>"

    td_open = th_open

    def shortened(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return shortened_mark(tokens[idx].content)


def shortened_mark(what: str) -> str:
    """The visible end of what is shown, saying what is missing."""
    return f'<p class="shortened">shortened here: {escape(what)}</p>\n'


def words_of(tokens: Sequence[Token]) -> str:
    """The text of inline tokens without its markup: what stands for an image that is not fetched."""
    return "".join(_words(token) for token in tokens)


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return words_of(token.children) if token.children else token.content


def _alignment(cell: Token) -> str:
    style = str(cell.attrs.get("style", ""))
    return f' class="align-{style.removeprefix("text-align:")}"' if style else ""
