"""Starting over: asked first, and only ever the demo's own folder."""

from pathlib import Path

import pytest

from vibes.demo import home, reset
from vibes.demo.lock import Lock
from vibes.demo.problems import DemoProblem


@pytest.fixture
def place(tmp_path: Path) -> home.Home:
    environment = {"VIBES_STATE_DIR": str(tmp_path / "demo")}
    return home.prepare(environment)


def silent(line: str) -> None:
    assert line


def test_yes_deletes_everything(place: home.Home):
    (place.directory / "vibes.sqlite3").write_text("votes")
    reset.reset(place, yes=True, ask=None, say=silent)
    assert not place.directory.exists()


@pytest.mark.parametrize(
    ("answer", "gone"), [("y", True), ("Yes ", True), ("", False), ("n", False), ("maybe", False)]
)
def test_it_asks_first(place: home.Home, answer: str, gone: bool):
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    if gone:
        reset.reset(place, yes=False, ask=ask, say=silent)
    else:
        with pytest.raises(DemoProblem, match="Nothing was deleted"):
            reset.reset(place, yes=False, ask=ask, say=silent)
    assert place.directory.exists() is not gone
    assert str(place.directory) in asked[0]


def test_where_nobody_can_be_asked_nothing_is_deleted(place: home.Home):
    with pytest.raises(DemoProblem, match="say YES=1"):
        reset.reset(place, yes=False, ask=None, say=silent)
    assert place.directory.exists()


def test_a_folder_of_others_is_never_deleted(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(DemoProblem, match="was not made by the demo"):
        reset.reset(home.Home(tmp_path), yes=True, ask=None, say=silent)
    assert (tmp_path / "thesis.tex").exists()


def test_nothing_to_reset_is_no_error(tmp_path: Path):
    lines: list[str] = []
    reset.reset(home.Home(tmp_path / "none"), yes=True, ask=None, say=lines.append)
    assert lines == [f"There is nothing to reset: {tmp_path / 'none'} does not exist."]


@pytest.mark.slow
def test_a_lock_without_a_number_ends_nobody(place: home.Home):
    lock = Lock(place.lock)
    assert lock.take()
    place.lock.write_text("{")
    with pytest.raises(DemoProblem, match="does not end"):
        reset.reset(place, yes=True, ask=None, say=silent, patience=0.3)
    lock.release()
    assert place.directory.exists()
