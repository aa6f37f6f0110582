"""static/vendor holds exactly what MANIFEST.json says, each package with its licence beside it."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from deploy import vendor as refill

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "MANIFEST.json").read_text())["packages"]
FILES = [(entry["file"], entry["sha256"]) for package in PACKAGES for entry in package["files"]]


@pytest.mark.parametrize(("name", "digest"), FILES)
def test_a_vendored_file_is_the_one_that_was_pinned(name: str, digest: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_no_file_lies_there_that_the_manifest_does_not_name() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"MANIFEST.json"} == {name for name, _ in FILES}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["package"])
def test_the_licence_lies_beside(package: dict[str, str]) -> None:
    licence = VENDOR / package["licence_file"]
    assert package["licence"] and package["licence"] in licence.read_text()


def plotly_package() -> dict[str, str]:
    return next(package for package in PACKAGES if package["package"].startswith("plotly.js"))


def test_the_browsers_plotly_is_the_one_of_the_python_package() -> None:
    assert plotly_package()["version"] == get_plotlyjs_version()
    assert f"v{get_plotlyjs_version()}" in (VENDOR / "plotly/plotly-basic.min.js").read_text()[:300]


def test_the_style_file_holds_the_rules_of_the_bundle() -> None:
    bundle = (VENDOR / "plotly/plotly-basic.min.js").read_bytes()
    assert (VENDOR / "plotly/plotly.css").read_bytes() == refill.plotly_style_rules(bundle)


def test_the_bundle_can_stand_inline_in_a_page() -> None:
    bundle = (VENDOR / "plotly/plotly-basic.min.js").read_text()
    assert "</script" not in bundle.casefold() and "<!--" not in bundle


def test_the_bundle_draws_what_charts_use_and_little_more() -> None:
    bundle = (VENDOR / "plotly/plotly-basic.min.js").read_text()
    drawn = set(re.findall(r'moduleType:"trace",name:"(\w+)"', bundle))
    used = {
        kind
        for path in (ROOT / "vibes" / "charts").glob("*.py")
        for kind in re.findall(r'\.trace\(\s*"(\w+)"', path.read_text())
    }
    assert {"bar", "scatter"} <= used <= drawn
    assert drawn == {"bar", "pie", "scatter"}
