"""Does a cued study, made and analysed through the product's own pages, find what was planted? Seven kinds of study.

    python -m bench.lab [--quick] [--out PATH]

For each world a study is made in the builder, its answers are fetched from the scripted server, its edits read and approved,
simulated raters added and its results opened (`bench/workers/lab_world.py`). 77 prompts, three characters, six samples:
1,386 pairs, of which those are cued whose edits the check finds nothing wrong with; seven votes a pair. --quick: one
sample, two worlds, a minute. Without --quick the table is written to docs/lab.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.fetching import installation
from vibes.charts import cues, own_prompts
from vibes.seeds.bank import answers_for_scripted

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "lab.md"
CUE = "praise_added"
SAMPLES, RATERS, EACH = 6, 120, 100
QUICK = (1, 30, 40)


@dataclass(frozen=True)
class World:
    """What is planted, in log-odds, and what should be found."""

    name: str
    planted: dict[str, float]
    expected: tuple[str, ...]
    why: str
    # Judgements without the cue, and with it on either side.
    ratio: str = "1:3:3"
    # Whether raters write prompts of their own before their set.
    own: bool = False


WORLDS = (
    World("no taste", {"quality": 0.8}, ("none found", "not enough yet"), "raters care for the answer alone"),
    World(
        "additive taste",
        {"quality": 0.8, "cue": 0.6},
        ("additive", "taste; tiebreak not decided"),
        "praise is worth 0.6 log-odds, however far apart the answers are",
    ),
    World(
        "tiebreak only",
        {"quality": 1.6, "cue_near_ties": 1.4},
        ("tiebreak",),
        "praise is worth 1.4 log-odds in a tie and nothing far from one",
    ),
    World(
        "halo",
        {"quality": 0.8, "halo": 0.8, "cue": 0.6},
        ("additive", "taste; tiebreak not decided"),
        "as additive; and a praising answer is marked as better than it is",
    ),
    World(
        "praise goes with bad answers",
        {"quality": 0.8, "quality_with_praise": -1.0, "cue": 0.6},
        ("additive", "taste; tiebreak not decided"),
        "as additive; and the answers that praise by themselves are worse by a log-odds",
    ),
    World(
        "tiebreak only, 3 : 2 : 2",
        {"quality": 1.6, "cue_near_ties": 1.4},
        ("tiebreak",),
        "as tiebreak only, with more judgements on each pair as it was: closeness is told from those (T1)",
        ratio="3:2:2",
    ),
    World(
        "taste on own prompts only",
        {"quality": 0.8, "cue_own": 1.4},
        ("additive", "taste; tiebreak not decided"),
        "praise is worth 1.4 log-odds on what raters asked themselves, and nothing on what others asked",
        own=True,
    ),
)


COLUMNS = ("C", "T1", "T2", "T1a_star")
OBSERVED = ("T0", "T1a")
ABOUT = """# The lab: what was planted, and what was found

`python -m bench.lab` makes one study for each kind of rater, through the product's own pages: the builder, the pump, the page of
edits (the first ten read and approved, those found wrong dropped, the rest approved after the sample), simulated raters, the
results. In the last world raters come by the rating link, write ten prompts each, and rate them among the others'. The
planted edit is an opener of praise. {size} Tastes differ from rater to rater by an SD of 0.3; each answer is worth something of
its own (the SD is under *quality* in the figures of the simulated raters).

*C, true* is computed without votes: the share in which raters of this taste, drawn anew, choose the side with the cue in the
variants that were dealt, less a half. What is planted is in log-odds, C, T1 and O in points of probability.
"""
READING = """
T0 and T1a are what an arena without planted edits would look at: the weight of measured praise over all its votes, and where
those lean who had said tie. Nothing was randomised for them, and they go where the world pushes them. Taste is the same in three worlds: T0 reads
{additive} where it is additive, {halo} with a halo, and {bad} where praise goes with bad answers, while C stays on what is true.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    size = QUICK if options.quick else (SAMPLES, RATERS, EACH)
    start = time.perf_counter()
    found = {}
    for world in WORLDS[1:3] if options.quick else WORLDS:
        found[world.name] = one(world, *size)
        print(line(world, found[world.name]), flush=True)
    if not options.quick:
        options.out.write_text(document(found), encoding="utf-8")
        pictures(found, options.out.parent / "pictures")
    findings = {name: told["report"]["cues"][CUE]["finding"] for name, told in found.items()}
    right = sum(findings[world.name] in world.expected for world in WORLDS if world.name in findings)
    seconds = round(time.perf_counter() - start)
    print(json.dumps({"bench": "lab", "seconds": seconds, "right": right, "findings": findings}))


def one(world: World, samples: int, raters: int, each: int) -> dict[str, Any]:
    """What the world's study told: its report, how many edits came to what, and what is true of the cue."""
    with tempfile.TemporaryDirectory(prefix="vibes-lab-") as name, ExitStack() as stack:
        folder = Path(name)
        environment = os.environ | stack.enter_context(installation(folder, "sqlite"))
        base_url = stack.enter_context(scripted(folder))
        worker = [sys.executable, "-m", "bench.workers.lab_world", base_url, json.dumps(asdict(world)), CUE]
        worker += [str(1 if world.own else samples), str(raters), str(each)]
        said = subprocess.run(
            worker, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    told: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return told


@contextmanager
def scripted(folder: Path) -> Iterator[str]:
    """The scripted characters over HTTP."""
    answers = folder / "answers.json"
    answers.write_text(json.dumps(answers_for_scripted()))
    command = [sys.executable, "-m", "vibes.providers.scripted_server", "--answers", str(answers)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield str(json.loads(server.stdout.readline())["base_url"])
    finally:
        server.terminate()
        server.communicate(timeout=10)


def line(world: World, told: dict[str, Any]) -> str:
    """One row of the table."""
    report = told["report"]
    cue = report["cues"][CUE]
    figures = [figure(cue[name]) for name in COLUMNS] + [
        figure(report["tiebreak"][name]) for name in OBSERVED
    ]
    dealt = told["edits"].get("pairs dealt with the cue", 0)
    true = "see below" if world.own else f"{100 * told['true']['C']:+.1f}"
    cells = [world.name, f"{dealt:,}", f"{cue['C']['n']:,}", true, *figures, cue["finding"]]
    return "| " + " | ".join(cells) + " |"


def figure(effect: dict[str, Any]) -> str:
    """In the effect's own unit: shares above a half as points, log-odds as they are."""
    if effect["state"] != "ok":
        return str(effect["state"]).replace("_", " ")
    points = 100 if "probability" in effect["unit"] else 1
    estimate, low, high = (points * effect[name] for name in ("estimate", "low", "high"))
    digits = 1 if points == 100 else 2
    return f"{estimate:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def document(found: dict[str, dict[str, Any]]) -> str:
    head = ["planted", "pairs with a cue", "cued votes", "C, true", *COLUMNS, *OBSERVED, "finding"]
    rows = [line(world, found[world.name]) for world in WORLDS]
    table = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 2) + " --- |", *rows]
    planted = [f"- **{world.name}**: {world.why}." for world in WORLDS]
    size = f"{RATERS} raters of {EACH} judgements each."
    shown = [
        f"## {world.name.capitalize()}\n\n![{world.name}](pictures/{picture_of(world)})\n" for world in WORLDS
    ]
    own = [authored(world, found[world.name]) for world in WORLDS if world.own]
    return (
        "\n".join([ABOUT.format(size=size), *planted, "", *table, reading(found), *own, "", *shown]).rstrip()
        + "\n"
    )


def reading(found: dict[str, dict[str, Any]]) -> str:
    worlds = {"additive": "additive taste", "halo": "halo", "bad": "praise goes with bad answers"}
    told = {key: figure(found[name]["report"]["tiebreak"]["T0"]) for key, name in worlds.items()}
    return READING.format(**told)


def authored(world: World, told: dict[str, Any]) -> str:
    """O of the world in which people write prompts."""
    own = told["report"]["own_prompts"][CUE]
    true = {name: f"{100 * value:+.1f}" for name, value in told["true"].items()}
    return (
        f"**{world.name.capitalize()}**: C is {figure(own['own'])} on raters' own prompts (true: {true['C on own prompts']}) and "
        f"{figure(own['others'])} on others' in the same pairs (true: {true['C']}); O = {figure(own['O'])}, {own['O']['n']:,} votes."
    )


def picture_of(world: World) -> str:
    return f"lab-{''.join(one if one.isalnum() else '-' for one in world.name)}.png"


def pictures(found: dict[str, dict[str, Any]], folder: Path) -> None:
    """The figure of the cue as the product draws it; of the world of own prompts the one that has them apart."""
    from playwright.sync_api import sync_playwright

    from deploy.bootstrap import chromium
    from vibes.charts.report_page import render_html

    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="vibes-lab-") as name:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        for world in WORLDS:
            file = Path(name) / "report.html"
            file.write_text(
                render_html(found[world.name]["report"], world.name, world.name), encoding="utf-8"
            )
            page.goto(file.as_uri())
            card = page.locator(f"#{own_prompts.NAME if world.own else cues.NAME}").locator("[data-figure]")
            card.scroll_into_view_if_needed()
            card.locator(".main-svg").first.wait_for()
            card.screenshot(path=folder / picture_of(world))
        browser.close()


if __name__ == "__main__":
    main()
