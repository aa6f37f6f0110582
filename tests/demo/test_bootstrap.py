"""What stands in the way of an installation is one sentence; what was half done is done anew."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "deploy" / "bootstrap.py"
# Runs the script in this interpreter, with one thing about it changed first.
LIE = "import runpy, shutil, sys; {lie}; sys.argv = ['bootstrap.py', *sys.argv[1:]]; runpy.run_path({path!r}, run_name='__main__')"
OLD = "sys.version_info = (3, 8, 18, 'final', 0)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone with one small package to install, from a wheel beside it."""
    root = tmp_path / "my #1 vibes"
    (root / "deploy").mkdir(parents=True)
    shutil.copy(SOURCE, root / "deploy" / "bootstrap.py")
    wheel(root, "first")
    for name in ("dev", "model"):
        (root / f"requirements-{name}.txt").write_text("")
    return root


def wheel(root: Path, name: str) -> None:
    """Makes the package and requires it."""
    path = root / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "here = True\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    (root / "requirements.txt").write_text(f"{name} @ {path.as_uri()}\n")


def run(
    root: Path, *arguments: str, lie: str = "pass", path: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """With nothing on the path but the fakes that a test put there, and `uv`, which always fails."""
    fakes = path or root / "fakes"
    executable(fakes / "uv", "exit 1")
    code = LIE.format(lie=lie, path=str(root / "deploy" / "bootstrap.py"))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PATH": f"{fakes}", "HOME": str(root)},
        check=False,
    )


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def complaint(done: "subprocess.CompletedProcess[str]") -> str:
    """The one sentence of a run that failed."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def test_old_pythons_can_read_it():
    ast.parse(SOURCE.read_text(), feature_version=(3, 7))
    assert ":=" not in SOURCE.read_text()


def test_an_old_python_alone_says_what_is_missing(project: Path):
    said = complaint(run(project, lie=OLD))
    assert said.startswith("Vibes needs Python 3.11 or newer and this is 3.8: install one")
    assert "make PYTHON=" in said
    assert not (project / ".venv").exists()


def test_an_old_python_goes_on_in_a_newer_one_that_works(project: Path):
    executable(project / "fakes" / "python3.13", "exit 127")  # a shim without a version behind it
    executable(
        project / "fakes" / "python3.12",
        'case "$*" in *version_info*) echo "[3, 12]";; *) echo "went on: $*";; esac',
    )
    done = run(project, "--dev", lie=OLD)
    assert "Python 3.8 is too old; using" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("deploy/bootstrap.py --dev")


def test_a_python_without_venv_names_its_package(project: Path):
    said = complaint(run(project, lie="sys.modules['ensurepip'] = None"))
    assert (
        f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv, then start again" in said
    )


def test_a_full_disk_is_said_before_anything_is_written(project: Path):
    lie = "shutil.disk_usage = lambda path: type('', (), {'free': 3e8})"
    assert "Only 0.3 GB are free at" in complaint(run(project, lie=lie))
    assert not (project / ".venv").exists()


def test_a_folder_without_permission(project: Path):
    lie = "import os; os.access = lambda path, mode: False"
    assert complaint(run(project, lie=lie)).endswith("clone the project into a folder of your own.")


def test_a_path_that_no_environment_can_live_in(project: Path):
    odd = project.rename(project.with_name("a:b"))
    assert "move the project to a path without :" in complaint(run(odd))


@pytest.mark.slow
def test_an_installation_from_nothing_and_its_repairs(project: Path):
    done = run(project)
    assert done.returncode == 0, done.stderr
    assert "Installing requirements.txt into .venv" in done.stdout
    assert has(project, "first")

    assert run(project).stdout == ""

    wheel(project, "second")
    assert "Installed in" in run(project).stdout
    assert has(project, "second")

    # Killed half-way: the package that was half unpacked looks installed, so all is made anew.
    executable(project / "slow" / "uv", "sleep 60")
    killed = run_and_kill(project)
    assert killed == -signal.SIGKILL
    assert not (project / ".venv" / "complete.json").exists()
    (site_packages(project) / "second.py").unlink()
    done = run(project)
    assert "Making .venv" in done.stdout
    assert has(project, "second")
    assert json.loads((project / ".venv" / "complete.json").read_text())["sets"].keys() == {"base"}

    (project / "requirements.txt").write_text(f"third @ {(project / 'third.whl').as_uri()}\n")
    said = complaint(run(project))
    assert said.startswith("The packages could not be installed (is there a network?): ERROR:")
    assert str(project / "var" / "bootstrap.log") in said


def run_and_kill(project: Path) -> int:
    wheel(project, "second")
    (project / "requirements.txt").write_text((project / "requirements.txt").read_text() + "# changed\n")
    command = [sys.executable, str(project / "deploy" / "bootstrap.py")]
    environment = os.environ | {"PATH": f"{project / 'slow'}:/bin:/usr/bin", "HOME": str(project)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        while not (project / ".venv" / "unfinished").exists():
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
    return process.returncode


def has(project: Path, package: str) -> bool:
    return subprocess.call([project / ".venv" / "bin" / "python", "-c", f"import {package}"]) == 0


def site_packages(project: Path) -> Path:
    return next((project / ".venv" / "lib").glob("python*/site-packages"))
