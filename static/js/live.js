// The rater's own prompt: the page asks for as much of both answers as may be seen, and at the end for the comparison itself.

import { ARRIVED, announce, enter, room } from "./room.js";
import { showUnsaved } from "./unsaved.js";

const EVERY_MS = 400;
const SLOW_MS = 4000;

let asking = 0;

const pair = () => room.querySelector("[data-live]");

function grow(fresh) {
  for (const side of fresh.querySelectorAll("[data-growing]")) {
    const own = room.querySelector(`.pair [data-growing="${side.dataset.growing}"]`);
    // The text is only added to where it goes on, so that what a reader has marked stays marked.
    const [before, now] = [own.textContent, side.textContent];
    if (!now.startsWith(before)) own.textContent = now;
    else if (now.length > before.length) own.append(now.slice(before.length));
    own.normalize();
  }
}

/** The ordinary comparison with its verdict row, or the words that nothing came, in place of what grew. */
async function finish() {
  const answer = await fetch(room.dataset.address, { headers: { "HX-Request": "true" } });
  const text = await answer.text();
  if (!answer.ok || answer.redirected || answer.headers.has("HX-Redirect")) return location.reload();
  const side = room.querySelector("[name=side]:checked")?.value;
  const top = window.scrollY;
  room.innerHTML = text;
  window.htmx.process(room);
  const tab = side && document.getElementById(`side-${side}`);
  if (tab) tab.checked = true;
  enter();
  window.scrollTo({ top, behavior: "instant" });
  announce(room.querySelector("[data-telemetry]") ? "Both answers are complete" : "One of the answers did not come");
}

async function ask() {
  const live = pair();
  if (!live) return;
  let wait = EVERY_MS;
  try {
    const answer = await fetch(live.dataset.live, { headers: { "HX-Request": "true" } });
    if ([401, 403, 404].includes(answer.status)) return showUnsaved("outdated", () => location.reload());
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!live.isConnected) return;
    if (!fresh.querySelector("[data-growing]")) return await finish();
    grow(fresh);
  } catch {
    wait = SLOW_MS; // the network, or a server that starts anew: the answers go on without this page
  }
  asking = setTimeout(ask, wait);
}

export function watchLive() {
  room.addEventListener(ARRIVED, () => {
    clearTimeout(asking);
    if (pair()) asking = setTimeout(ask, EVERY_MS);
  });
}
