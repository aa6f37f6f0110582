"""Colours for fenced code: pygments classes on spans, never an inline style."""

import re
from functools import cache
from html import escape

from markdown_it.utils import EnvType
from pygments import highlight as write
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

MAX_HIGHLIGHTED = 10_000
"""Characters of code per answer; what follows is shown without colours, because lexers are slow on hostile text."""

_SLOW = re.compile(r"[^\n]{500}|(?:[ \t]*\n){20}")
"""Very long lines and long gaps, on which many lexers are slow too."""

_NAMES = """
bash c c++ clojure console cpp css dart diff docker dockerfile elixir go golang graphql haskell hs html
http ini java javascript js json jsx julia kotlin latex lua make makefile markdown matlab md nginx ocaml perl php
powershell py py3 pycon python python3 r rb rs ruby rust scala scss sh shell sql swift tex toml ts tsx typescript
xml yaml yml zsh
"""
LANGUAGES = frozenset(_NAMES.split())
"""Asked for by name and no others: a model's word does not choose among 500 lexers. No C#: its lexer takes time with
the square of the length on ordinary-looking lines."""

CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def highlight(code: str, language: str, env: EnvType) -> str:
    """Escaped code as HTML, in coloured spans where the language is known and the answer's budget in `env` lasts."""
    spent = env.get("highlighted", 0) + len(code)
    if language.lower() not in LANGUAGES or spent > MAX_HIGHLIGHTED or _SLOW.search(code):
        return escape(code)
    env["highlighted"] = spent
    return str(write(code, _lexer(language.lower()), _FORMATTER))


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)
