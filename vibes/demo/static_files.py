"""Static files, gathered and compressed once per version of them."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from vibes.demo.home import PROJECT, Home
from vibes.demo.problems import explained


def gather(home: Home) -> bool:
    """Whether there was anything to do."""
    version = digest([*map(Path, settings.STATICFILES_DIRS), PROJECT / "requirements.txt"])
    if home.recall("static") == version and settings.STATIC_ROOT.exists():
        return False
    with explained(settings.STATIC_ROOT):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    home.remember("static", version)
    return True


def digest(paths: list[Path]) -> str:
    """Changes with the name or content of any file; the requirements stand for the files that packages bring."""
    found = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(f"{file.relative_to(path.parent)}\0".encode())
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()
