"""A table as sentences, one a row, each cell after the head of its column."""

from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from vibes.edits.prose_parts import Part, ended
from vibes.edits.prose_spans import Span, in_one_line, joined, spans, words_of

Cell = list[Span]


def rows_as_sentences(table: SyntaxTreeNode) -> list[Part]:
    """One paragraph: "Feature: price; Jar: free; Screen: a fee." A head whose cells are all empty is said first."""
    head, *rows = [[_cell(cell) for cell in row.children] for part in table.children for row in part.children]
    said = {place for row in rows for place, cell in enumerate(row) if cell}
    unsaid = [cell for place, cell in enumerate(head) if cell and place not in said]
    sentences = [*([_together(unsaid)] if unsaid else []), *(_row(head, row) for row in rows if any(row))]
    return [Part(joined(_spaced(map(ended, sentences))))] if sentences else []


def _cell(cell: SyntaxTreeNode) -> Cell:
    inline = cell.children[0].token if cell.children else None
    return in_one_line(spans(inline)) if inline is not None else []


def _row(head: Sequence[Cell], row: Sequence[Cell]) -> Cell:
    return _together([[*_label(label), *cell] for label, cell in zip(head, row, strict=True) if cell])


def _label(label: Cell) -> Cell:
    if not label:
        return []
    return [*label, Span(" " if words_of(label).endswith((":", "?")) else ": ")]


def _together(cells: Sequence[Cell]) -> Cell:
    found: Cell = []
    for place, cell in enumerate(cells):
        last = place == len(cells) - 1
        found += cell if last else [*_without_stop(cell), Span("; ")]
    return joined(found)


def _without_stop(cell: Cell) -> Cell:
    if cell[-1].kept:
        return cell
    return [*cell[:-1], Span(cell[-1].text.removesuffix("."))]


def _spaced(sentences: Iterator[Cell]) -> Iterator[Span]:
    for place, sentence in enumerate(sentences):
        if place:
            yield Span(" ")
        yield from sentence
