"""The facts of a comparison that a page chooses by, each as one word: "5/person.said~a" is, in study 5, a person who said A.

They stand in one column between blanks. PostgreSQL has an index over the words of that column, so any choice of them is
answered by it; SQLite looks through the column.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from annotations.models import Rater
from vibes.queries.unblinded import Seen
from vibes.stats.disagreement import kind as what_against_what

VERDICTS = ("a", "b", "tie", "both_bad")
OTHER = {"a": "b", "b": "a"}


def fact(study: int, name: str, value: object = "") -> str:
    """One word, whatever stands in the value."""
    told = quote(str(value), safe="").replace("%", "^")
    return f"{study}/{name}~{told}"


def stored(study: int, seen: Seen, *, longer: str, formatted: str) -> str:
    """All facts of a comparison, a blank before and after each."""
    found = [fact(study, name, value) for name, value in _facts(seen, longer, formatted)]
    return f" {' '.join(dict.fromkeys(found))} "


def _facts(seen: Seen, longer: str, formatted: str) -> Iterator[tuple[str, object]]:
    yield "class", seen.prompt_class
    yield "cue", seen.cue
    yield "side", seen.cue_on
    yield "on", seen.endpoints["a"]
    yield "on", seen.endpoints["b"]
    for kind in Rater.Kind.values:
        for name, value in _of_kind(seen, kind, {"longer": longer, "formatted": formatted}):
            yield f"{kind}.{name}", value


def _of_kind(seen: Seen, kind: str, sides: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    """What raters of one kind said, and of which kind of side most of them said it."""
    votes = seen.votes.get(kind)
    counts = {verdict: votes[verdict] if votes else 0 for verdict in VERDICTS}
    given = sum(counts.values())
    yield "judged", "yes" if given else "no"
    for verdict in (verdict for verdict, n in counts.items() if n):
        yield "said", verdict
    if given > 1:
        yield "apart", what_against_what(**counts) or "none"
    for name in sorted(seen.flags.get(kind, ())):
        yield "flag", name
    for name in sorted(seen.reasons.get(kind, ())):
        yield "reason", name
    winner = "a" if counts["a"] > counts["b"] else "b" if counts["b"] > counts["a"] else ""
    if winner:
        yield from _won(seen, winner, {**sides, "cued": seen.cue_on})


def _won(seen: Seen, winner: str, sides: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for name, side in sides.items():
        if side:
            yield name, "won" if side == winner else "lost"
    if seen.endpoints["a"] != seen.endpoints["b"]:
        yield "won", seen.endpoints[winner]
        yield "lost", seen.endpoints[OTHER[winner]]
