"""A process that falls is started again, three times; then the demo goes on without it, or says why it cannot."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vibes.demo import home
from vibes.demo.problems import DemoProblem
from vibes.demo.processes import Command
from vibes.demo.stopping import Stop
from vibes.demo.watch import Watch

LIVES = "import time; time.sleep(60)"
FALLS = "import time; time.sleep(0.2); raise SystemExit('no more strength')"


class Scene:
    """A watch whose words are kept."""

    def __init__(self, place: home.Home) -> None:
        self.said: list[str] = []
        self.home = place
        self.watch = Watch(place, Stop(), self.said.append)

    def launch(self, code: str, *, name: str = "web", essential: bool = True) -> None:
        command = Command(
            name, "web server", (sys.executable, "-c", code), lambda: True, grace=1, essential=essential
        )
        self.watch.launch(command)

    def tend_until(self, words: str) -> None:
        end = time.monotonic() + 20
        while not any(words in line for line in self.said):
            assert time.monotonic() < end, self.said
            self.watch.tend()
            time.sleep(0.02)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(home.opened({"VIBES_STATE_DIR": str(tmp_path / "demo")}))
    yield made
    made.watch.end(())


def test_what_falls_is_started_again_with_its_errands(scene: Scene):
    errands: list[str] = []
    scene.watch.before["web"] = lambda: errands.append("before")
    scene.watch.after["web"] = lambda: errands.append("after")
    scene.launch(LIVES)
    first = scene.watch.children[0].identity
    scene.watch.children[0].ask_to_end()
    scene.tend_until("The web server ended (status -15); starting it again (1 of 3).")
    assert errands == ["before", "after"]
    assert scene.said[-1] == "The web server is back."
    assert scene.watch.children[0].identity != first
    assert scene.home.processes() == [scene.watch.children[0].identity]


@pytest.mark.slow
def test_the_fourth_fall_of_what_is_needed_ends_the_demo(scene: Scene):
    scene.launch(FALLS)
    with pytest.raises(
        DemoProblem, match=r"ended \(status 1\) 4 times in a row: no more strength \(all of it is in"
    ):
        scene.tend_until("never")
    assert sum("starting it again" in line for line in scene.said) == 3


@pytest.mark.slow
def test_the_fourth_fall_of_what_is_not_needed_is_only_said(scene: Scene):
    scene.launch(FALLS, name="scripted", essential=False)
    scene.launch(LIVES)
    scene.tend_until("The rest goes on without it.")
    assert [child.command.name for child in scene.watch.children] == ["web"]


def test_the_end_has_an_order(scene: Scene):
    for name in ("broker", "web", "pump"):
        scene.launch(LIVES, name=name)
    scene.watch.end((("pump",), ("broker",)))
    assert [child.status() for child in scene.watch.children] == [-15, -15, -15]
    assert scene.home.processes() == []
