"""Opens a report.html in a real Chromium and prints as JSON what happened. Run by test_report_page.py in a process of
its own: Playwright's loop would stay open in the thread of the tests that follow.

    python visit_report.py CHROMIUM REPORT
"""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = """() => [...document.querySelectorAll('[data-figure]')].every((e) => e.querySelector('.main-svg'))"""
WATCH = "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective));"
LOOK = """() => ({
  labels: [...document.querySelectorAll('[data-figure]')].map((e) => [e.getAttribute('role'), e.getAttribute('aria-label')]),
  buttons: document.querySelectorAll('.modebar-btn').length,
  overflow: document.documentElement.scrollWidth - innerWidth,
  smallest: Math.min(...[...document.querySelectorAll('svg text')].filter((t) => t.textContent)
    .map((t) => parseFloat(getComputedStyle(t).fontSize))),
  ink: getComputedStyle(document.querySelector('.ytitle, .annotation-text')).fill,
  stacked: getComputedStyle(document.querySelector('.main-svg')).position,
  scripts: document.querySelectorAll('body script').length,
  images: document.querySelectorAll('main img').length,
  axis_names: document.querySelectorAll('#leaderboard .ytick text').length,
  broken: window.broken,
})"""


def main(chromium: str, report: str) -> None:
    told: dict[str, Any] = {"console": [], "errors": [], "requests": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        watch(page, told)
        page.goto(Path(report).resolve().as_uri())
        page.wait_for_function(DRAWN)
        told["wide"] = page.evaluate(LOOK)
        told["files"] = {kind: saved(page, kind) for kind in ("png", "svg", "csv")}
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(250)
        told["narrow"] = page.evaluate(LOOK)
        browser.close()
    sys.stdout.write(json.dumps(told))


def watch(page: Page, told: dict[str, Any]) -> None:
    page.add_init_script(WATCH)
    page.on("console", lambda message: told["console"].append(message.text))
    page.on("pageerror", lambda error: told["errors"].append(str(error)))
    page.on("dialog", lambda dialog: (told["errors"].append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: told["requests"].append(request.url))


def saved(page: Page, kind: str) -> dict[str, Any]:
    with page.expect_download() as waiting:
        page.click(f"#leaderboard [data-download={kind}]")
    data = Path(waiting.value.path()).read_bytes()
    return {
        "name": waiting.value.suggested_filename,
        "head": data[:8].hex(),
        "text": "" if kind == "png" else data.decode(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
