"""The inline part of plain prose: words, and what stands among them as it is (code, formulae)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from annotations.rendering import parse
from vibes.edits.edited import NotPossible

_MARKS = (re.compile(r"(?!)"), re.compile(r"[\\`*_\[\]<>~$&]"), re.compile(r"[\\`*_\[\]<>~$&#+\-!|.)=]"))
"""What is escaped: nothing, else what marks words in a line, else what begins a block too."""
_AS_ENTITY = {"[": "&#91;", "]": "&#93;"}
r"""A backslash before these would open and close a formula."""
_BREAKS = frozenset(("softbreak", "hardbreak"))
_FORMULAE = frozenset(("math_inline", "math_display"))
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Span:
    """A run of words, or code or a formula (`kept`) as its source."""

    text: str
    kept: bool = False


def spans(token: Token) -> list[Span]:
    """The words of an inline token without its marks; links keep their words and, where it is followed, their address."""
    return joined(_spans(token.children or ()))


def source_of(content: Sequence[Span]) -> str:
    """Source that the page shows as these spans and as nothing else; marks in the words are escaped where they must be."""
    for marks in _MARKS:
        source = "".join(span.text if span.kept else _escaped(span.text, marks) for span in content).strip()
        if shown_as(source) == trimmed(content):
            return source
    raise NotPossible("A paragraph cannot be written as plain prose without being shown otherwise.")


def shown_as(source: str) -> list[Span] | None:
    """The spans of a source that is one plain paragraph; None where it is anything else."""
    tokens = parse(source)
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = tokens[1].children or ()
    if any(child.type not in {"text", "code_inline", *_BREAKS, *_FORMULAE} for child in children):
        return None
    return trimmed(spans(tokens[1]))


def _spans(children: Sequence[Token]) -> Iterator[Span]:
    targets: list[tuple[str, int]] = []
    words = ""
    for child in children:
        match child.type:
            case "s_open":
                raise NotPossible("Words are struck out, which plain prose cannot show.")
            case "link_open":
                targets.append((str(child.attrs["href"]), len(words)))
            case "link_close":
                target, start = targets.pop()
                address = _address(target, words[start:])
                words += address
                yield Span(address)
            case "code_inline":
                words += child.content
                yield Span(_code(child.content), kept=True)
            case _ if child.type in _FORMULAE:
                words += child.content
                yield Span(child.content, kept=True)
            case "image":
                yield from _spans(child.children or ())
            case _:
                text = "\n" if child.type in _BREAKS else child.content
                words += text
                yield Span(text)


def _address(target: str, words: str) -> str:
    bare = target.removeprefix("mailto:")
    return "" if words.strip() in (target, bare) else f" ({bare})"


def _code(content: str) -> str:
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * (longest + 1)
    inner = f" {content} " if content[:1] == "`" or content[-1:] == "`" or _both_spaced(content) else content
    return f"{fence}{inner}{fence}"


def _both_spaced(content: str) -> bool:
    return content[:1] == " " == content[-1:] and bool(content.strip())


def _escaped(text: str, marks: re.Pattern[str]) -> str:
    return marks.sub(lambda mark: _AS_ENTITY.get(mark[0], f"\\{mark[0]}"), text)


def joined(content: Iterable[Span]) -> list[Span]:
    """Neighbouring words as one span, in single spaces, without spaces at the ends of lines and without empty spans."""
    found: list[Span] = []
    for span in content:
        if found and not span.kept and not found[-1].kept:
            found[-1] = Span(found[-1].text + span.text)
        elif span.text:
            found.append(span)
    return [span if span.kept else Span(_tidy(span.text)) for span in found]


def trimmed(content: Sequence[Span]) -> list[Span]:
    """Without spaces at the two ends of the paragraph."""
    found = list(content)
    if found and not found[0].kept:
        found[0] = Span(found[0].text.lstrip())
    if found and not found[-1].kept:
        found[-1] = Span(found[-1].text.rstrip())
    return [span for span in found if span.text]


def in_one_line(content: Sequence[Span]) -> list[Span]:
    """The spans with the breaks between their lines as spaces."""
    return trimmed([span if span.kept else Span(span.text.replace("\n", " ")) for span in content])


def words_of(content: Sequence[Span]) -> str:
    """The text of the spans, marks of code left in."""
    return "".join(span.text for span in content)


def _tidy(text: str) -> str:
    return re.sub(r" ?\n[ \n]*", "\n", _SPACES.sub(" ", text))
