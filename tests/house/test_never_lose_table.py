"""Every row of the table of lost and doubled judgements has its test, and that test is there."""

import ast
import re

import pytest

from tests.house.source import ROOT

TABLE = "tests/annotations/test_never_lose.py"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| (\S+) \|$", re.M)


def rows() -> list[tuple[str, str]]:
    """(bug, path::test)"""
    told = ast.get_docstring(ast.parse((ROOT / TABLE).read_text())) or ""
    found = [(bug, test) for bug, _, test in ROW.findall(told) if test.startswith(("test_", "tests/"))]
    return [(bug, test if "::" in test else f"{TABLE}::{test}") for bug, test in found]


def told_by(path: str) -> dict[str, str]:
    """Names of the tests of a file, with their docstrings."""
    body = ast.parse((ROOT / path).read_text()).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name: ast.get_docstring(node) or "" for node in functions if node.name.startswith("test_")}


def test_the_table_is_read():
    assert len(rows()) >= 20


@pytest.mark.parametrize(("bug", "test"), rows())
def test_each_bug_has_its_test(bug: str, test: str):
    path, name = test.split("::")
    assert name in told_by(path), f"{bug}: {test} is not there"


def test_each_test_of_that_file_stands_in_the_table_and_tells_its_bug():
    own = told_by(TABLE)
    named = {test.partition("::")[2] for _, test in rows() if test.startswith(f"{TABLE}::")}
    assert set(own) == named
    assert [name for name, told in own.items() if not told] == []
