"""One verb, one place: who may write what, and how a service is called."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import ROOMS, Source, called, calls, names, python

WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
    "save",
    "add",
    "set",
}
JUDGEMENTS = "annotations/services/judgements.py"
PROTOCOLS = "annotations/services/protocols.py"
SIGNALS = "vibes/celery.py"  # Celery tells of its shutdown in no other way


def ours() -> Iterator[Source]:
    return (s for s in python(*ROOMS) if "/migrations/" not in s.name)


def writes_of(word: str, source: Source) -> list[str]:
    """Where a file makes or changes rows of a model: `Judgement(…)`, `Judgement.objects.…update(…)`, `x.judgements.create(…)`."""
    model, relation = word.capitalize(), f"{word}s"
    if not any(sign in source.text for sign in (f"{model}(", f"{model}.", f"{word}.", f".{relation}.")):
        return []  # most files, unparsed
    found = []
    for call in calls(source.tree):
        chain = called(call)
        makes = chain[-1:] == [model]
        owner = {model, word} & set(chain[:-1]) or relation in chain[
            1:-1
        ]  # `protocols.create` is the service
        changes = chain[-1:] and chain[-1] in WRITES and owner
        if makes or changes:
            found.append(f"{source.where(call)} {'.'.join(chain)}")
    return found


def test_judgements_are_written_in_one_place():
    allowed = {JUDGEMENTS}
    found = [line for s in ours() if s.name not in allowed for line in writes_of("judgement", s)]
    assert found == [], "a judgement is a full new row, written by its service alone"


def test_the_service_that_writes_judgements_never_changes_one():
    source = next(s for s in ours() if s.name == JUDGEMENTS)
    found = writes_of("judgement", source)
    assert found
    assert [line for line in found if not line.endswith(("Judgement", ".create"))] == []


def test_protocols_are_made_in_one_place_and_never_changed():
    found = [line for s in ours() for line in writes_of("protocol", s)]
    assert [line for line in found if not line.startswith(PROTOCOLS)] == []
    assert [line for line in found if not line.endswith(("Protocol", ".create", ".get_or_create"))] == []


def test_the_rules_notice_a_write():
    code = "Judgement.objects.filter(pk=1).update(x=1)\nassignment.judgements.create()\njudgement.save()\nJudgement()\n"
    made = ast.parse(code)
    chains = [called(call) for call in calls(made)]
    assert ["Judgement", "objects", "filter", "update"] in chains
    assert ["assignment", "judgements", "create"] in chains


def services() -> list[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The public functions of the modules of both services packages."""
    return [
        (source, node)
        for room in ROOMS
        for source in python(f"{room}/services")
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(("source", "function"), services(), ids=lambda x: x.name)
def test_who_writes_is_called_by_keyword(source: Source, function: ast.FunctionDef):
    """So that a call reads as a sentence: `create(by=lead, plan=plan)`. What only computes may take its one argument plainly."""
    positional = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    if writes(function):
        assert positional == [], f"{source.where(function)} {function.name}({', '.join(positional)})"


def writes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is atomic, has an actor, or writes rows itself."""
    atomic = any("atomic" in names(decorator) for decorator in function.decorator_list)
    acts = any(argument.arg == "by" for argument in function.args.kwonlyargs + function.args.args)
    return (
        atomic
        or acts
        or any("objects" in called(call) and called(call)[-1] in WRITES for call in calls(function))
    )


def test_many_services_write():
    """The rule above must have something to hold."""
    assert sum(writes(function) for _, function in services()) > len(services()) / 4


def test_no_signals_of_ours():
    found = [
        source.where(node)
        for source in ours()
        if source.name != SIGNALS and ("signals" in source.text or ".connect" in source.text)
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.ImportFrom) and node.module and "signals" in node.module.split("."))
        or (isinstance(node, ast.Attribute) and node.attr == "connect" and names(node)[-2:-1] != ["psycopg"])
    ]
    assert found == []


def test_no_logic_hides_in_save_or_delete():
    found = [
        source.where(node)
        for source in ours()
        if "/models/" in source.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "clean")
    ]
    assert found == []


def test_services_never_enqueue():
    found = [
        f"{source.where(call)} {called(call)[-1]}"
        for room in ROOMS
        for source in python(f"{room}/services", f"{room}/queries", f"{room}/models")
        for call in calls(source.tree)
        if called(call)[-1:] and called(call)[-1] in ("delay", "apply_async", "delay_on_commit", "send_task")
    ]
    assert found == []


MOCKS = ("task_always_eager", "TASK_ALWAYS_EAGER", "unittest.mock", "from mock ", "mocker")


def test_no_task_is_eager_and_nothing_of_ours_is_mocked():
    found = [
        f"{source.name}: {word}"
        for source in python(*ROOMS, "tests", "bench")
        for word in MOCKS
        if word in source.text and source.name != "tests/house/test_writes.py"
    ]
    assert found == []


def test_monkeypatch_changes_no_function_of_ours():
    """The environment and the folder may be set, a package hidden, a limit made small; what our code does may not change."""
    found = [
        source.where(call)
        for source in python("tests")
        if "monkeypatch" in source.text
        for call in calls(source.tree)
        if called(call)[:1] == ["monkeypatch"] and not harmless(call)
    ]
    assert found == []


def harmless(call: ast.Call) -> bool:
    verb = called(call)[1]
    if verb == "setitem":
        return ast.unparse(call.args[0]) == "sys.modules"
    if verb == "setattr":
        name = call.args[1]
        return isinstance(name, ast.Constant) and str(name.value).isupper()
    return verb in {"setenv", "delenv", "chdir", "syspath_prepend"}
