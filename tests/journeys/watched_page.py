"""A page that hostile text is shown on: everything that it tries is written down, and nothing of it leaves the machine."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Dialog, Page

from tests.annotations.rendering_allowed import ATTRIBUTES

# In every document before its own scripts: what ran, what the policy stopped, how long the page stood still.
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
window.__longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.__longest = Math.max(window.__longest, duration);
}).observe({ type: "longtask", buffered: true });
"""
# Two frames and a turn of the queue: layout and paint of what was just shown are over, and the observer was told.
SETTLED = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))"""
LONGEST = "() => { const longest = window.__longest; window.__longest = 0; return longest; }"
# What the page's own scripts add to an answer.
ADDED = {
    "div": ["tabindex", "data-wide"],
    "pre": ["tabindex", "data-wide"],
    "button": ["type", "class", "aria-label"],
    "span": ["hidden", "tabindex"],
}
# What KaTeX writes: spans with sizes, MathML without links, and outlines.
_TYPESET = """annotation math mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup
mtable mtd mtext mtr munder munderover menclose mglyph semantics span svg path line g br"""
FOREIGN = """(allowed, typeset) => {
  const strange = [];
  for (const part of document.querySelectorAll(".answer-text *")) {
    const tag = part.localName;
    const isTypeset = part.closest(".katex, .katex-display, .katex-error") !== null;
    const names = part.getAttributeNames();
    const known = isTypeset
      ? typeset.includes(tag) && !names.some((name) => /^on|href|src|^id$|^action/.test(name))
      : tag in allowed && names.every((name) => allowed[tag].includes(name));
    if (!known) strange.push(`${tag}[${names}] in ${part.parentElement.localName}`);
  }
  return strange.slice(0, 5);
}"""
ON_TOP = """() => [...document.querySelectorAll("button[name=verdict]")].filter((button) => {
  const box = button.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !button.contains(top);
}).length"""


def _allowed() -> dict[str, list[str]]:
    found = {tag: sorted(names) for tag, names in ATTRIBUTES.items()}
    for tag, names in ADDED.items():
        found[tag] = [*found.get(tag, []), *names]
    return found


@dataclass
class Watched:
    """`tried` holds what happened beyond the page itself since it was last taken."""

    page: Page
    origin: str
    tried: list[str] = field(default_factory=list)
    devtools: CDPSession | None = None
    worked: float = 0.0

    def take_tried(self) -> list[str]:
        found, self.tried[:] = list(self.tried), []
        return found

    def settle(self) -> float:
        """Waits for the last layout; how long the page stood still at the most since the last time, in seconds.

        The longest task, as far as the page's thread worked in all since then: what a neighbour on the machine takes of it
        is not the page's.
        """
        self.page.evaluate(SETTLED)
        longest = float(self.page.evaluate(LONGEST)) / 1000
        before, self.worked = self.worked, self._worked()
        # A page of another process counts anew.
        return min(longest, self.worked - (before if before <= self.worked else 0))

    def _worked(self) -> float:
        """Seconds of CPU of the page's thread."""
        if self.devtools is None:
            self.devtools = self.page.context.new_cdp_session(self.page)
            self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))

    def wrong(self) -> list[str]:
        """What the text on show did to the page, in words."""
        page = self.page
        found = self.take_tried()
        found += [f"policy: {told}" for told in page.evaluate("window.__violations.splice(0)")]
        found += ["script ran"] if page.evaluate("'__pwned' in window || document.title === 'Hacked'") else []
        found += [f"element: {part}" for part in page.evaluate(f"(given) => ({FOREIGN})(...given)", _GIVEN)]
        found += ["verdict buttons covered"] if page.evaluate(ON_TOP) else []
        found += [] if page.url == f"{self.origin}/rate/" else [f"went to {page.url}"]
        return found

    def words(self, selector: str) -> list[str]:
        """What a rater reads in each element, as the browser lays it out."""
        return list(self.page.locator(selector).all_inner_texts())


_GIVEN: list[Any] = [_allowed(), _TYPESET.split()]


def open_watched(browser: Browser, origin: str) -> Watched:
    """A window of its own. Requests that are not to `origin` are written down, and reach a proxy that does not exist."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
        proxy={"server": "http://127.0.0.1:9", "bypass": "localhost"},
    )
    context.add_init_script(WATCH)
    watched = Watched(context.new_page(), origin)
    page, note = watched.page, watched.tried.append

    def refuse(dialog: Dialog) -> None:
        note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            note(f"console: {message.text} {message.location['url']}")

    context.on("request", lambda request: _ours(request.url, origin) or note(f"request to {request.url}"))
    page.on("dialog", refuse)
    page.on("console", console)
    page.on("pageerror", lambda error: note(f"error: {error}"))
    page.on("popup", lambda opened: note(f"window: {opened.url}"))
    page.on("download", lambda download: note(f"download: {download.url}"))
    page.on("websocket", lambda socket: note(f"socket: {socket.url}"))
    page.on("frameattached", lambda frame: note(f"frame: {frame.url}"))
    return watched


def _ours(url: str, origin: str) -> bool:
    return url.startswith(f"{origin}/")
