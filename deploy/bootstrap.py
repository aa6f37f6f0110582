"""Makes .venv and installs the pinned requirements into it; every make target calls this first.

    python3 deploy/bootstrap.py [--dev] [--model] [--browser]

Standard library only. Old Pythons must be able to read this file, to say what is missing: no syntax newer than Python
3.6. A stamp in .venv says what is complete. Where it is not there, or names other versions, the rest is installed.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "complete.json"
UNFINISHED = VENV / "unfinished"
LOG = ROOT / "var" / "bootstrap.log"
LOCK = ROOT / "var" / "bootstrap.lock"
OLDEST = [3, 11]
NEWER = ("python3.13", "python3.12", "python3.11")
NEEDED_GB = 1.5
# Only a faster installer: where it cannot be had at once, pip does the same.
UV = "uv==0.13.9"
UV_SECONDS = 30
HEARTBEAT_SECONDS = 10
SETS = {"base": "requirements.txt", "dev": "requirements-dev.txt", "model": "requirements-model.txt"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


class Problem(Exception):
    """Why it cannot go on, as one sentence that names the mend."""


def main(arguments):
    options = parse(arguments)
    wanted = ["base"] + [name for name in ("dev", "model") if getattr(options, name)]
    if not is_complete(wanted):
        check_place()
        with one_at_a_time():
            if not is_complete(wanted):
                install(wanted, arguments)
    if options.browser:
        get_browser()


def parse(arguments):
    parser = argparse.ArgumentParser(description="Makes .venv with the pinned requirements.")
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    parser.add_argument("--model", action="store_true", help="also the small model on the CPU")
    parser.add_argument("--browser", action="store_true", help="also Chromium, where root and apt allow it")
    return parser.parse_args(arguments)


# What is there already


def is_complete(wanted):
    """Whether the stamp covers what is wanted, in these versions, and its Python still runs."""
    stamp = read_stamp()
    if any(stamp.get("sets", {}).get(name) != digest(name) for name in wanted):
        return False
    return version_of(PYTHON) == stamp.get("python")


def read_stamp():
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def digest(name):
    """Of the set's file, and of the base file that the others build on."""
    own = hashlib.sha256((ROOT / SETS[name]).read_bytes()).hexdigest()
    return own if name == "base" else own + digest("base")


def version_of(python):
    """The version of an interpreter as [3, 11]; None where it does not start (a shim, a link into nothing)."""
    ask = "import json, sys; print(json.dumps(sys.version_info[:2]))"
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return json.loads(done.stdout.decode()) if done.returncode == 0 else None
    except (OSError, ValueError):
        return None


# What may stand in the way


def check_place():
    if os.pathsep in str(ROOT):
        raise Problem(
            f"A virtual environment cannot live in {ROOT}: move the project to a path without {os.pathsep}"
        )
    if not os.access(str(ROOT), os.W_OK):
        raise Problem(f"You may not write to {ROOT}: clone the project into a folder of your own.")
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < NEEDED_GB:
        raise Problem(
            f"Only {free:.1f} GB are free at {ROOT}, and {NEEDED_GB} GB are needed: free some space."
        )


def use_newer_python(arguments):
    """Goes on in a newer Python of this machine, where the one that was called is too old."""
    this = list(sys.version_info[:2])
    if this >= OLDEST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path and (version_of(path) or this) >= OLDEST:
            say(f"Python {this[0]}.{this[1]} is too old; using {path}")
            os.execv(path, [path, str(Path(__file__).resolve()), *arguments])
    raise Problem(
        f"Vibes needs Python 3.11 or newer and this is {this[0]}.{this[1]}: install one (Debian and Ubuntu: sudo apt "
        "install python3.11-venv; macOS: brew install python@3.13), or name it: make PYTHON=/path/to/python3.11 ..."
    )


@contextlib.contextmanager
def one_at_a_time():
    """A second make in the same folder waits for the first."""
    import fcntl

    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another installation is running here; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Installing


def install(wanted, arguments):
    began = time.time()
    # What an earlier call has added stays, in the versions of today.
    names = [name for name in SETS if name in wanted or name in read_stamp().get("sets", {})]
    if UNFINISHED.exists() or (version_of(PYTHON) or [0]) < OLDEST or not has_pip():
        use_newer_python(arguments)
        make_environment()
    # A package that was half unpacked looks installed to pip: what is not finished here is made anew.
    UNFINISHED.touch()
    if STAMP.exists():
        STAMP.unlink()
    say(f"Installing {', '.join(SETS[name] for name in names)} into .venv (log: {LOG.relative_to(ROOT)})")
    add(names)
    write_stamp(names)
    UNFINISHED.unlink()
    say(f"Installed in {time.time() - began:.0f} s")


def make_environment():
    major, minor = sys.version_info[:2]
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sentence = "cannot make virtual environments: sudo apt install"
        raise Problem(
            f"This Python ({sys.executable}) {sentence} python{major}.{minor}-venv, then start again."
        ) from None
    say(f"Making .venv with Python {major}.{minor}")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")


def has_pip():
    ask = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.call(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def add(names):
    files = [part for name in names for part in ("-r", str(ROOT / SETS[name]))]
    uv = find_uv()
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")  # as pip does: a company's own authority may stand between
    if uv and run([uv, "pip", "install", "--python", str(PYTHON), *files], None):
        return
    run([*PIP, *files], "The packages could not be installed (is there a network?)")


PIP = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


def find_uv():
    """uv from the path or from pip; None where neither is quick, or where only pip knows which index to use."""
    if has_own_index():
        return None
    found = shutil.which("uv")
    if found:
        return found
    quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": UV_SECONDS}
    try:
        done = subprocess.call([*PIP, "--retries", "1", UV], **quietly)
    except subprocess.TimeoutExpired:
        return None
    return str(VENV / "bin" / "uv") if done == 0 else None


def has_own_index():
    """Whether pip is told to take its packages from elsewhere than PyPI, which uv would not know of."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return False
    ask = [str(PYTHON), "-m", "pip", "config", "list"]
    told = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(
        errors="replace"
    )
    return re.search(r"(^|\.)(index-url|no-index)=", told, re.MULTILINE) is not None


def write_stamp(names):
    stamp = {"python": version_of(PYTHON), "sets": {name: digest(name) for name in names}}
    part = VENV / "complete.part"
    part.write_text(json.dumps(stamp))
    part.replace(STAMP)


# Running and telling


def run(command, failure):
    """Shows a command's progress and keeps it in the log. Whether it succeeded; a `failure` text makes it a Problem."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT))
        tell(process, log)
    if process.returncode and failure:
        raise Problem(f"{failure}: {last_line()} (all of it is in {LOG})")
    return process.returncode == 0


def tell(process, log):
    """Prints the lines that show progress, and a sign of life where none come."""
    spoke = [time.time()]
    threading.Thread(target=heartbeat, args=(process, spoke), daemon=True).start()
    for raw in process.stdout:
        line = raw.decode(errors="replace").rstrip()
        log.write(line + "\n")
        shown = progress(line)
        if shown:
            spoke[0] = time.time()
            say("  " + shown)
    process.wait()


def heartbeat(process, spoke):
    began = time.time()
    while process.returncode is None:
        time.sleep(0.5)
        if time.time() - spoke[0] > HEARTBEAT_SECONDS:
            spoke[0] = time.time()
            say(f"  still at it after {time.time() - began:.0f} s")


def progress(line):
    """What of the installer's words is news; empty for the rest."""
    if re.match(r"(Resolved|Prepared|Installed|Downloading|Building) ", line.strip()):
        return "" if " https://" in line or ".whl" in line else line.strip()
    collecting = re.match(r"Collecting ([^ ]+)", line)
    if collecting:
        return collecting.group(1)
    return "installing the packages" if line.startswith("Installing collected packages") else ""


def last_line():
    lines = [line.strip() for line in LOG.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines[-30:] if re.match(r"(?i)error|.*No space left", line)]
    return (errors or lines or ["it said nothing"])[-1][:300]


def say(text):
    print(text)
    sys.stdout.flush()


# The browser of the journeys


def chromium():
    """The path of a Chromium that is installed here, or None."""
    found = [path for path in map(shutil.which, CHROMIUMS) if path]
    return found[0] if found else MAC_CHROME if Path(MAC_CHROME).exists() else None


def get_browser():
    """Debian's Chromium where root and apt allow it; a sentence about what follows where they do not."""
    if chromium():
        return
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        say(
            "No Chromium here and no way to install it (that needs root and apt): the browser tests will be skipped."
        )
        return
    say("Installing Chromium for the browser tests")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    if not (run(apt, None) or (run(["apt-get", "update", "-qq"], None) and run(apt, None))):
        say(f"Chromium could not be installed ({last_line()}): the browser tests will be skipped.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        full = "the disk is full: free some space" if error.errno == 28 else error.strerror or str(error)
        sys.exit(f"Cannot write to {error.filename or ROOT}: {full}, then start again.")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start begins this anew.")
