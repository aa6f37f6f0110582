"""Names say what a thing is, files stay short, every room has its card, and the spelling is British."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import ROOMS, ROOT, python

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_utils"}
LONGEST = 400
# file: why it may be longer
LONGER = {"tests/datasets/test_judgement_files.py": "every way in which one file of votes can be wrong"}
AMERICAN = re.compile(r"\b(judgment|judgments|colors?|normaliz\w+|behavior)\b", re.IGNORECASE)
PROSE = ("*.md", "*.html", "*.toml", "*.txt")
# Where a foreign word is not ours to spell.
FOREIGN = {"vendor", "node_modules", "staticfiles", "fonts", "css"}
# "judgment" alone is checked in Python: colour and behaviour are words of CSS, plotly and other people's interfaces.
SPELLED_BY_OTHERS = {"vibes/datasets/judgement_columns.py": "a column's name in other people's files"}
AMERICAN_IN_CODE = re.compile(r"judgment", re.IGNORECASE)
MIGRATION = re.compile(r"\d{4}_(?!auto_|initial\b)[a-z][a-z0-9_]*")


def test_no_module_is_called_after_nothing():
    found = [s.name for s in python(*ROOMS, "tests", "bench", "deploy") if s.path.stem in NAMELESS]
    assert found == []


def test_files_stay_short():
    found = [
        f"{source.name} has {lines} lines"
        for source in python(*ROOMS, "bench", "deploy", "tests")
        if (lines := source.text.count("\n")) > LONGEST
        if source.name not in LONGER and "/migrations/" not in source.name
    ]
    assert found == [], "split them by noun, or give a reason in LONGER"


def test_the_list_of_longer_files_is_true():
    stale = [
        name
        for name in LONGER
        if not (ROOT / name).exists() or (ROOT / name).read_text().count("\n") <= LONGEST
    ]
    assert stale == []


def packages() -> list[Path]:
    return [
        path.parent
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("__init__.py"))
        if path.parent.name not in ("migrations", "management", "commands")
    ]


@pytest.mark.parametrize("package", packages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_room_has_its_card(package: Path):
    card = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert card, f"{package.name}/__init__.py says neither what the room is nor what it never does"


def test_every_folder_of_code_is_a_package():
    folders = {s.path.parent for s in python(*ROOMS)}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_prose_is_british():
    assert [found for path in prose() for found in spelled(path, AMERICAN)] == []


def test_code_says_judgement():
    files = [s.path for s in python(*ROOMS, "bench", "tests") if s.name not in SPELLED_BY_OTHERS]
    files.remove(Path(__file__))
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))
    assert [found for path in [*files, *scripts] for found in spelled(path, AMERICAN_IN_CODE)] == []


def prose() -> list[Path]:
    rooms = (ROOT / "vibes" / name for name in ("seeds", "probes", "edits"))
    folders = (ROOT / "docs", ROOT / "templates", *rooms)
    inside = [path for folder in folders for pattern in PROSE for path in sorted(folder.rglob(pattern))]
    return [path for path in [*ROOT.glob("*.md"), *inside] if not FOREIGN & set(path.parts)]


def spelled(path: Path, wrong: re.Pattern[str]) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for number, line in enumerate(lines, 1)
        for found in [wrong.search(without_code(line))]
        if found
    ]


def without_code(line: str) -> str:
    """Without `code`, addresses, tags' attributes and CSS declarations, whose words are other people's."""
    return re.sub(r"`[^`]*`|https?://\S+|[\w-]+=\"[^\"]*\"|[\w-]*color[\w-]*\s*[:=]", "", line)


@pytest.mark.parametrize("room", ROOMS)
def test_migrations_are_named_and_import_nothing_of_ours(room: str):
    for path in sorted((ROOT / room / "migrations").glob("0*.py")):
        assert MIGRATION.fullmatch(path.stem), f"{path.name}: say what it does"
        imports = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        ours = [
            ast.unparse(node) for node in imports if re.search(r"\b(vibes|annotations)\b", ast.unparse(node))
        ]
        assert ours == [], f"{path.name} imports code that will change after it"
