"""The parts that plain prose is made of: paragraphs, and blocks that are kept as they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vibes.edits.prose_spans import Span, joined, trimmed, words_of
from vibes.features.emoji import EMOJI

_ENDED = re.compile(r"[.!?…:。！？][\"'”’»)\]]*$")
_OPEN_END = re.compile(r"[,;]+$")
_QUOTED = re.compile(r"^[“\"«].*[”\"»][.!?]?$", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A paragraph's spans, or the source of a block that is kept.

    `leads`: a heading, which leads the paragraph after it. `follows`: made from a list, which goes on in the line that
    announces it.
    """

    content: Sequence[Span] = ()
    kept: str = ""
    leads: bool = False
    follows: bool = False


def run_on(parts: Sequence[Part], *, in_item: bool = False) -> list[Part]:
    """Headings run into the paragraph that they lead, and lists into the line that announces them or is their item."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if last and not last.kept and not part.kept and _runs_into(last, part, in_item):
            content = ended(last.content, ":")
            found[-1] = replace(part, content=joined([*content, Span(" "), *part.content]), follows=False)
        else:
            found.append(part)
    return [_alone(part, following) for part, following in pairwise([*found, None]) if part is not None]


def ended(content: Sequence[Span], mark: str = ".") -> list[Span]:
    """The content with a mark at its end, if it has none."""
    content = trimmed(content)
    text = words_of(content)
    if not content or (not content[-1].kept and _is_ended(text)):
        return content
    if not content[-1].kept:
        content = [*content[:-1], Span(_OPEN_END.sub("", content[-1].text))]
    return joined([*content, Span(mark)])


def quoted(part: Part) -> Part:
    """A part of a block quote: in quotation marks, unless it has them."""
    if part.kept or _QUOTED.match(words_of(part.content)):
        return part
    return Part(joined([Span("“"), *trimmed(part.content), Span("”")]))


def fenced(content: str, info: str) -> str:
    """A code block, indented ones too, between fences that its content cannot close."""
    sign = "~" if "`" in info else "`"
    longest = max((len(run) for run in re.findall(f"{sign}+", content)), default=0)
    fence = sign * max(3, longest + 1)
    end = "" if content.endswith("\n") or not content else "\n"
    return f"{fence}{info}\n{content}{end}{fence}"


def _runs_into(last: Part, part: Part, in_item: bool) -> bool:
    if last.leads:
        return not part.leads
    return part.follows and (in_item or announces(last.content))


def announces(content: Sequence[Span]) -> bool:
    """Whether a paragraph announces the list after it: it ends in a colon, or as no sentence does."""
    text = words_of(content)
    return text.endswith(":") or not _is_ended(text)


def _is_ended(text: str) -> bool:
    """Whether a sentence ends here, emoji after its mark left aside."""
    return _ENDED.search(EMOJI.sub("", text).rstrip()) is not None


def _alone(part: Part, following: Part | None) -> Part:
    """A heading that leads nothing is a sentence; before code it announces it."""
    if not part.leads:
        return part
    return Part(ended(part.content, ":" if following is not None and following.kept else "."))
