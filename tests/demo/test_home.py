"""What the demo keeps between starts, and what it refuses to touch."""

import os
import stat
from pathlib import Path

import dj_database_url
import pytest

from vibes.demo import home
from vibes.demo.problems import DemoProblem


def environment(folder: Path) -> dict[str, str]:
    return {"VIBES_STATE_DIR": str(folder)}


def test_a_new_home_is_for_its_owner_alone(tmp_path: Path):
    place = home.opened(environment(tmp_path / "new" / "demo"))
    assert stat.S_IMODE(place.directory.stat().st_mode) == 0o700
    assert home.is_ours(place.directory)


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path):
    first, second = environment(tmp_path / "demo"), environment(tmp_path / "demo")
    place = home.prepare(first)
    home.prepare(second)
    assert len(first["VIBES_SECRET_KEY"]) >= 50
    assert first["VIBES_SECRET_KEY"] == second["VIBES_SECRET_KEY"]
    assert stat.S_IMODE((place.directory / "secret-key").stat().st_mode) == 0o600


def test_what_the_user_has_set_stays(tmp_path: Path):
    given = environment(tmp_path / "demo") | {"VIBES_DATABASE_URL": "postgresql://db/vibes"}
    home.prepare(given)
    assert given["VIBES_DATABASE_URL"] == "postgresql://db/vibes"


@pytest.mark.parametrize("name", ["plain", "with space", "50% #1 ?", "ünï"])
def test_an_odd_path_still_names_the_database(tmp_path: Path, name: str):
    given = environment(tmp_path / name)
    home.prepare(given)
    assert dj_database_url.parse(given["VIBES_DATABASE_URL"])["NAME"] == str(
        tmp_path / name / "vibes.sqlite3"
    )


@pytest.mark.parametrize("name", ["d" * 120, "with space", "50%"])
def test_a_long_or_odd_path_gets_a_short_socket_and_keeps_it(tmp_path: Path, name: str):
    given = environment(tmp_path / name)
    home.prepare(given)
    socket = home.broker_socket(given)
    assert len(os.fsencode(socket)) < 100
    assert home.PLAIN_PATH.fullmatch(str(socket))
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    again = environment(tmp_path / name)
    home.prepare(again)
    assert home.broker_socket(again) == socket
    socket.parent.rmdir()


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(
        DemoProblem, match="holds other things: set VIBES_STATE_DIR to an empty or new folder"
    ):
        home.opened(environment(tmp_path))


def test_a_path_through_a_file_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        DemoProblem, match="part of the path is a file: set VIBES_STATE_DIR to a folder, then start"
    ):
        home.opened(environment(tmp_path / "file" / "demo"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody may write to")
def test_no_permission_is_one_sentence():
    with pytest.raises(DemoProblem, match="Cannot write to /proc/vibes: "):
        home.opened(environment(Path("/proc/vibes")))


def test_words_that_cannot_be_read_are_forgotten(tmp_path: Path):
    place = home.opened(environment(tmp_path / "demo"))
    place.keep_port("web", 8003)
    assert place.ports() == {"web": 8003}
    (place.directory / "ports.json").write_text('{"web": 80')
    (place.directory / "processes.json").write_text('[{"name": "web"}]')
    assert place.ports() == {}
    assert place.processes() == []
