"""Refill static/vendor from npm at the versions that MANIFEST.json pins; `make vendor` calls this.

Run it with `--pin` after changing a version in the manifest: the new hashes are then written instead of checked.
Standard library only, and npm itself decides where packages come from.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
RULES = re.compile(r'\{"X,X div":.*?\};for\(', re.DOTALL)
RULE = re.compile(r'"((?:[^"\\]|\\.)*)":("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')')

OLD_FONT = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)')


class VendorError(RuntimeError):
    """A file could not be fetched, or is not the one that the manifest names."""


def packed(package: str, version: str, folder: Path) -> tarfile.TarFile:
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError("npm is missing: install Node 20 or newer, then run this again.")
    command = [npm, "pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed words)
    if done.returncode:
        raise VendorError(f"npm pack {package}@{version} failed: {done.stderr.strip()}")
    return tarfile.open(folder / done.stdout.split()[-1])


def member(archive: tarfile.TarFile, name: str) -> bytes:
    handle = archive.extractfile(f"package/{name}")
    if handle is None:
        raise VendorError(f"the package holds no file {name}")
    return handle.read()


def plotly_style_rules(bundle: bytes) -> bytes:
    """The rules that plotly.js would put into the page by script, as a file: a strict CSP forbids the script's way.

    plotly inserts every rule before the earlier ones, so the file holds them in reverse.
    """
    found = RULES.search(bundle.decode())
    if found is None:
        raise VendorError(
            "the plotly bundle no longer holds its style rules where they were: read ph.addStyleRule"
        )
    rules = [(selector, value[1:-1].replace("\\'", "'")) for selector, value in RULE.findall(found.group())]
    lines = [f"{selectors(selector)} {{{body}}}" for selector, body in reversed(rules)]
    return (
        "/* plotly.js style rules, taken from the bundle beside this file by deploy/vendor.py. */\n"
        + "\n".join(lines)
        + "\n"
    ).encode()


def selectors(short: str) -> str:
    return short.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")


def woff2_only(styles: bytes) -> bytes:
    """KaTeX's style sheet without its woff and ttf files, which no browser that runs the rest of Vibes asks for.

    They are not kept here, and whitenoise refuses a style sheet that names a missing file.
    """
    kept, count = OLD_FONT.subn("", styles.decode())
    if not count:
        raise VendorError(
            "the KaTeX style sheet no longer lists its fonts as it did: read its @font-face rules"
        )
    return kept.encode()


EXTRACTS: dict[str, Callable[[bytes], bytes]] = {
    "plotly-style-rules": plotly_style_rules,
    "woff2-only": woff2_only,
}


def content(archive: tarfile.TarFile, entry: dict[str, Any]) -> bytes:
    source = member(archive, entry["source"])
    return EXTRACTS[entry["extract"]](source) if "extract" in entry else source


def refill(entry: dict[str, Any], archive: tarfile.TarFile, *, pin: bool) -> None:
    data = content(archive, entry)
    digest = hashlib.sha256(data).hexdigest()
    if not pin and digest != entry["sha256"]:
        raise VendorError(
            f"{entry['file']}: sha256 is {digest}, the manifest says {entry['sha256']}. The file is left as it was."
        )
    entry["sha256"] = digest
    target = VENDOR / entry["file"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    sys.stdout.write(f"{entry['file']}  {len(data):,} bytes  {digest[:12]}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pin", action="store_true", help="write the new hashes into the manifest")
    pin = parser.parse_args().pin
    manifest = json.loads(MANIFEST.read_text())
    try:
        for package in manifest["packages"]:
            with (
                tempfile.TemporaryDirectory() as folder,
                packed(package["package"], package["version"], Path(folder)) as archive,
            ):
                for entry in package["files"]:
                    refill(entry, archive, pin=pin)
    except VendorError as error:
        sys.stderr.write(f"vendor: {error}\n")
        return 1
    if pin:
        MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
