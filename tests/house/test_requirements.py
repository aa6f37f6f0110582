"""What is installed is exact and has its reason; what is read from the environment is written down."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, python

FILES = sorted(ROOT.glob("requirements*.txt"))
LINE = re.compile(r"(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?==(?P<version>[0-9][\w.]*)\s+# (?P<reason>\S.*)")
VARIABLE = re.compile(r"\bVIBES_[A-Z_]+\b")
INCLUDE = "-r requirements.txt"
# Set by one of our processes for another; a person has no reason to.
BETWEEN_PROCESSES: set[str] = set()


def lines(path: Path) -> list[str]:
    return [
        line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")
    ]


def test_all_three_are_there():
    assert [path.name for path in FILES] == [
        "requirements-dev.txt",
        "requirements-model.txt",
        "requirements.txt",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_requirement_is_exact_and_has_a_reason(path: Path):
    wrong = [line for line in lines(path) if line != INCLUDE and not LINE.fullmatch(line)]
    assert wrong == [], "write name==version   # why it is here"


def test_nothing_is_required_twice():
    found = [line.partition("==")[0] for path in FILES for line in lines(path) if line != INCLUDE]
    assert sorted(found) == sorted(set(found))


def test_the_example_names_every_variable_that_is_read_and_no_other():
    read = {
        name
        for source in python("vibes", "annotations", "tests", "deploy", "bench")
        for name in VARIABLE.findall(source.text)
    }
    example = (ROOT / ".env.example").read_text()
    written = set(re.findall(r"^(?:# )?(VIBES_[A-Z_]+)=", example, re.MULTILINE))
    read = {name for name in read if not name.endswith("_")} - BETWEEN_PROCESSES
    assert sorted(read - written) == [], "in .env.example, with its meaning"
    assert sorted(written - read) == [], "nothing reads it"


def test_the_example_holds_no_key():
    example = (ROOT / ".env.example").read_text()
    for name in ("VIBES_SECRET_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        assert re.search(rf"^(# )?{name}=$", example, re.MULTILINE)
