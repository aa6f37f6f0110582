"""Static files are gathered once per version of them."""

from pathlib import Path

from vibes.demo import home, static_files


def test_the_digest_sees_every_change(tmp_path: Path):
    (tmp_path / "css").mkdir()
    style = tmp_path / "css" / "a.css"
    style.write_text("a {}")
    first = static_files.digest([tmp_path])
    assert static_files.digest([tmp_path]) == first
    style.write_text("b {}")
    second = static_files.digest([tmp_path])
    style.rename(tmp_path / "css" / "b.css")
    assert len({first, second, static_files.digest([tmp_path])}) == 3


def test_they_are_gathered_once(tmp_path: Path, settings):
    place = home.opened({"VIBES_STATE_DIR": str(tmp_path / "demo")})
    settings.STATICFILES_DIRS = [tmp_path / "mine"]
    settings.STATIC_ROOT = place.directory / "staticfiles"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.css").write_text("a {}")
    assert static_files.gather(place)
    assert (settings.STATIC_ROOT / "a.css").exists()
    assert not static_files.gather(place)
    (tmp_path / "mine" / "a.css").rename(tmp_path / "mine" / "b.css")
    assert static_files.gather(place)
    assert not (settings.STATIC_ROOT / "a.css").exists(), "a file that is gone is no longer served"
