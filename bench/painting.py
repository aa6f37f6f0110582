"""Time from a verdict to the next pair on the screen, in a real Chromium on loopback, with the next pair in the page and
without it.

    python -m bench.painting [--quick]

A key is pressed when the room takes an answer; the time runs from the browser's stamp on that key to the first task after
the frame in which the next pair was painted. Every second verdict is without: what lies ahead is taken out of the page
before the key, and the room waits for the server as it did before. Then the same with 150 ms added to every answer of the
server, as for a rater far away. One uvicorn process on SQLite. There is no peer in this run.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from bench import next_pair
from deploy.bootstrap import chromium

FAR_MS = 150
AIM_MS = 100
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
WATCH = """
const painted = [];
let pressed = 0;
addEventListener("keydown", (event) => (pressed = event.timeStamp), { capture: true });
addEventListener("DOMContentLoaded", () =>
  document.getElementById("room")?.addEventListener("room:arrived", () =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        document.documentElement.dataset.painted = painted.push(performance.now() - pressed);
        document.documentElement.dataset.took = painted.at(-1);
      };
      port2.postMessage(0);
    })));
"""
TAKE_OUT = "document.getElementById('ahead').remove()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 verdicts of each kind, a minute")
    options = parser.parse_args()
    near, far = (20, 5) if options.quick else (200, 40)
    with room() as page:
        times = {"loopback": run(page, near)}
        network = page.context.new_cdp_session(page)
        conditions = {"offline": False, "latency": FAR_MS, "downloadThroughput": -1, "uploadThroughput": -1}
        network.send("Network.emulateNetworkConditions", conditions)
        times[f"{FAR_MS} ms away"] = run(page, far)
    print(f"{'verdict → next pair painted':30}{'verdicts':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for where, kinds in times.items():
        for kind, found in kinds.items():
            told = next_pair.figures(found) | {"max_ms": round(1000 * max(found), 1)}
            figures.setdefault(where, {})[kind] = told
            print(
                f"{where + ', ' + kind:30}{len(found):>9}{told['p50_ms']:>9}{told['p95_ms']:>9}{told['max_ms']:>9}"
            )
    met = figures["loopback"]["with"]["p95_ms"] < AIM_MS
    machine = {"cores": os.cpu_count(), "machine": platform.machine()}
    print(json.dumps({"bench": "painting", **machine, "aim_ms": AIM_MS, "met": met, "figures": figures}))


@contextmanager
def room() -> Iterator[Page]:
    """The rating room, in a new browser against a new server."""
    with (
        tempfile.TemporaryDirectory(prefix="vibes-bench-") as state,
        next_pair.server(state, "") as (address, token, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH)
        page.goto(f"{address}/r/{token}/")
        page.locator("main form button.primary").click()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Begin rating").click()
        yield page
        browser.close()


def run(page: Page, count: int) -> dict[str, list[float]]:
    """Seconds of so many verdicts with the next pair in the page, and of as many without, in turn."""
    found: dict[str, list[float]] = {"with": [], "without": []}
    html = page.locator("html")
    for _ in range(count):
        for kind, times in found.items():
            page.locator("#room[data-state=ready]").wait_for()
            page.locator("#ahead").wait_for(state="attached")
            if kind == "without":
                page.evaluate(TAKE_OUT)
            painted = int(html.get_attribute("data-painted") or 0) + 1
            page.keyboard.press("a")
            page.locator(f"html[data-painted='{painted}']").wait_for()
            times.append(float(html.get_attribute("data-took") or 0) / 1000)
    return found


if __name__ == "__main__":
    main()
