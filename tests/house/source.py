"""The project's own files, for the rules that are tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("annotations", "vibes")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    def where(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"  # type: ignore[attr-defined]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def python(*folders: str) -> Iterator[Source]:
    """The Python files below these folders, by name."""
    for folder in folders:
        yield from below(folder)


@cache
def below(folder: str) -> list[Source]:
    return [Source(path, path.read_text(encoding="utf-8")) for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> list[str]:
    """What is called, as names from the left: `Judgement.objects.filter(x).update` → those four."""
    return names(call.func)


def names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*names(node.value), node.attr]
    if isinstance(node, ast.Call):
        return names(node.func)
    if isinstance(node, ast.Subscript):
        return names(node.value)
    return []
