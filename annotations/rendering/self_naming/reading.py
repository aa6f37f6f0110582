"""Where a name in a text is the speaker's own."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from annotations.rendering.self_naming import phrases
from annotations.rendering.self_naming.folding import Folded
from annotations.rendering.self_naming.reader import Reader, Span

MAX_REACH = 160
"""Characters from an opening to the first name after it."""
MAX_OPENINGS = 50_000
"""Of a text with more of them than this near its names, every name is masked."""


@dataclass(slots=True)
class _Walk:
    """From an opening ("I am") over filler and names."""

    opening: re.Match[str]
    end: int
    last_own: int = -1

    @property
    def manner(self) -> str:
        return self.opening.lastgroup or ""


class Reading:
    """One text, read for its own names; spans are of the folded text."""

    def __init__(self, reader: Reader, folded: Folded, names: list[re.Match[str]]) -> None:
        self.reader, self.folded, self.text, self.names = reader, folded, folded.text, names
        self.starts = [name.start() for name in names]
        self.quotes = [match.span() for match in phrases.QUOTED.finditer(self.text)]

    def own_names(self) -> Iterator[Span]:
        for found in (self._walked(), self._made_me(), self._label(), self._signature()):
            for span in found:
                yield span
                link = "](" in self.text[span[1] : span[1] + 5] and phrases.LINK.match(self.text, span[1])
                if link:
                    yield from (name.span() for name in self.reader.name.finditer(self.text, *link.span()))

    # openings

    def _walked(self) -> Iterator[Span]:
        position = tried = 0
        for start in self.starts:
            position = max(position, start - MAX_REACH)
            while opening := phrases.OPENING.search(self.text, position, start + 1):
                walked = self.reader.walk.match(self.text, opening.end())
                position = walked.end() if walked else opening.end()
                if position > start:
                    yield from self._met(_Walk(opening, position))
                elif (tried := tried + 1) > MAX_OPENINGS:
                    yield from (name.span() for name in self.names)
                    return
            position = max(position, start)

    def _met(self, walk: _Walk) -> Iterator[Span]:
        """The speaker's own among the names on a walk."""
        first = bisect_left(self.starts, walk.opening.end())
        names = self.names[first : bisect_left(self.starts, walk.end, first)]
        if names and self._opens(walk, names):
            for name in names:
                if self._is_own(walk, name):
                    walk.last_own = name.end()
                    yield name.span()

    def _opens(self, walk: _Walk, names: list[re.Match[str]]) -> bool:
        start = walk.opening.start()
        if phrases.is_conditional(self.text[max(0, start - 40) : start]) or self._is_quoted(start):
            return False
        if walk.manner in ("role", "eastern_role"):
            return self._opens_role(walk, names)
        if walk.manner == "here":
            return self._starts_clause(start)
        if walk.opening[0] == "here at":
            return bool(phrases.FIRST_PERSON.search(self.text, walk.end, walk.end + 80))
        return True

    def _opens_role(self, walk: _Walk, names: list[re.Match[str]]) -> bool:
        """ "As Claude, I …": at the start of a clause, with the first person after it, and nobody else named."""
        start, first, last = walk.opening.start(), names[0], names[-1].end()
        behind = self.text[last : last + 200]
        sentence = re.split(r"[.!?\n。！？]", behind, maxsplit=1)[0]
        before = self.text[max(0, start - 60) : start]
        direct = not re.search(r"\w", self.text[walk.opening.end() : first.start()])
        speaks = bool(phrases.FIRST_PERSON.search(sentence))
        if (
            not self._starts_clause(start)
            or self.reader.named_before.search(before)
            or self.reader.named_next.match(self.text, last)
        ):
            return False
        if walk.manner == "eastern_role":
            return speaks
        if phrases.BY_MAKER.search(walk.opening[0]):
            return bool(re.match(r"\s*,\s*(?:i|my|me)\b", behind))
        if direct and len(names) == 1:
            return bool(
                phrases.GERMAN_VERB.match(behind) or (speaks and re.match(r"\s*[,(—–]|\s+i\b", behind))
            )
        return speaks or bool(phrases.IMPERSONAL.match(behind))

    def _starts_clause(self, start: int) -> bool:
        return bool(phrases.CLAUSE.search(self.text[max(0, start - 12) : start]))

    def _is_own(self, walk: _Walk, name: re.Match[str]) -> bool:
        before, after = self.text[walk.opening.end() : name.start()], self.text[name.end() : name.end() + 80]
        machine = phrases.MACHINE_NEXT.match(after)
        if not machine and phrases.POSSESSIVE.match(after):
            return False
        if before.strip() and not self._is_joined(walk, name, before, after):
            return False
        if name.lastgroup == "firm":
            return self._is_maker(walk, before, after)
        return self._is_model(walk, name, before, after)

    def _is_joined(self, walk: _Walk, name: re.Match[str], before: str, after: str) -> bool:
        """Whether the words between opening and name lead to it: no list, no "and", no "a" before a bare name."""
        machine = phrases.MACHINE_NEXT.match(after)
        if phrases.AND.search(before):
            near = 0 <= name.start() - walk.last_own < 8
            return near and "," not in before[-5:] and not phrases.VERB.match(after)
        if phrases.BARE.match(before) or (phrases.ARTICLE.search(before) and not machine):
            return False
        if phrases.BUT.search(before) and phrases.VERB.match(after):
            return False
        listed = phrases.LISTED.search(before)
        return bool(not listed or machine or phrases.ENDS.match(after))

    def _is_maker(self, walk: _Walk, before: str, after: str) -> bool:
        opened = not re.search(r"\w", re.sub(r"\b(?:is|are|ist|sind|est|es|the company)\b", "", before))
        if walk.manner in ("naming", "here", "ending") and walk.last_own < 0:
            return False
        if phrases.GERMAN_PASSIVE.search(before) and walk.opening[0] in ("ich bin", "ich wurde", "ich werde"):
            return (
                bool(phrases.GERMAN_MADE.match(after) or phrases.MACHINE.search(before)) or walk.last_own >= 0
            )
        if walk.manner == "role" and not phrases.MACHINE.search(before) and walk.last_own < 0:
            return bool(phrases.BY_MAKER.search(walk.opening[0]))
        if walk.manner == "you" and walk.last_own < 0 and not phrases.MACHINE.search(before):
            return False
        if opened and phrases.MAKER_OPENING.search(walk.opening[0]):
            return True
        beside = walk.last_own >= 0 and phrases.BESIDE.fullmatch(before[walk.last_own - walk.opening.end() :])
        return bool(beside or phrases.BY.search(before) or phrases.MACHINE_NEXT.match(after))

    def _is_model(self, walk: _Walk, name: re.Match[str], before: str, after: str) -> bool:
        numbered = re.search(r"\d", name[0])
        if not numbered and phrases.SURNAME.match(self.folded.cased, name.end()):
            return False
        if walk.manner == "ending":
            return bool(phrases.EASTERN_ENDING.match(after))
        if walk.manner == "here":
            return not before.strip() and bool(phrases.HERE.match(after))
        if numbered or name.lastgroup in ("own", "model"):
            return True
        if not self.folded.cased[name.start()].isupper() or not phrases.CALLED.search(before):
            return False
        rest = before + " " + self.text[name.end() : walk.end]
        return walk.manner == "naming" or (walk.manner != "role" and bool(phrases.MACHINE.search(rest)))

    # the name first

    def _made_me(self) -> Iterator[Span]:
        """ "Anthropic trained me", and a firm's policy as the reason for refusing."""
        refuses = bool(phrases.REFUSED.search(self.text))
        for name in self.names:
            if name.lastgroup in ("weak", "vague"):
                continue
            said = self._is_here(name) or phrases.MADE_ME.match(self.text, name.end())
            if (said or (refuses and self._is_policy(name))) and not self._is_quoted(name.start()):
                yield name.span()

    def _is_here(self, name: re.Match[str]) -> bool:
        """ "Claude here!" """
        here = name.lastgroup != "firm" and phrases.NAME_HERE.match(self.text, name.end())
        return bool(here) and self._starts_clause(name.start())

    def _is_policy(self, name: re.Match[str]) -> bool:
        policy = phrases.POLICY.match(self.text, name.end())
        if not policy:
            return False
        before = re.split(r"[.!?\n]", self.text[max(0, name.start() - 150) : name.start()])[-1]
        after = re.split(r"[.!?\n]", self.text[policy.end() : policy.end() + 120], maxsplit=1)[0]
        sentence = f"{before} {after}"
        refused = re.search(r"(?:does|do|will)(?:n't| not) (?:allow|permit|let)", after)
        return bool(refused or (phrases.REFUSED.search(sentence) and phrases.FIRST_PERSON.search(sentence)))

    # first and last line

    def _label(self) -> Iterator[Span]:
        """ "Claude: Sure, …" at the very start."""
        label = self.reader.label.match(self.text)
        if not label or not self._is_strong(label["who"]):
            return
        said = self.text[label.end() : label.end() + 160]
        if phrases.GREETING.match(said) or phrases.FIRST_PERSON.search(said):
            yield label.span("who")

    def _signature(self) -> Iterator[Span]:
        signed = self.reader.signature.search(self.text, max(0, len(self.text) - 200))
        if not signed or not self._is_strong(signed["who"]):
            return
        before = self.text[max(0, signed.start() - 200) : signed.start()].rstrip()
        line = before.rsplit("\n", 1)[-1]
        if signed["dash"]:
            listed = signed["dash"] == "-" and (line.lstrip().startswith("-") or line.endswith(":"))
            own = not listed and before[-1:] not in "\"”“»'"
        else:
            own = bool(phrases.FAREWELL.search(line))
        if own:
            yield signed.span("who")
            if signed["maker"]:
                yield signed.span("maker")

    def _is_strong(self, who: str) -> bool:
        name = self.reader.name.fullmatch(who)
        return bool(name and (name.lastgroup in ("own", "model") or re.search(r"\d", who)))

    def _is_quoted(self, position: int) -> bool:
        """Inside a quotation that is neither the whole text nor what the speaker plans to say."""
        at = bisect_right(self.quotes, (position, len(self.text) + 1)) - 1
        if at < 0 or not self.quotes[at][0] <= position < self.quotes[at][1]:
            return False
        start, end = self.quotes[at]
        if self.text[start] == '"' and not self.text[:start].strip() and not self.text[end:].strip():
            return False
        return not phrases.I_SHALL_SAY.search(self.text[max(0, start - 120) : start])
