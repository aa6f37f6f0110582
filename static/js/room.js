// The room's state, told on #room as data-state: "resting" (just shown), "ready", "sending", "painted" (sending, and the
// next pair is on show), "unsaved".
// Only a ready room takes an answer.

export const room = document.getElementById("room");
export const ARRIVED = "room:arrived";
// The pair on show stayed; what stands around it is new.
export const REFRESHED = "room:refreshed";

// A second click or a held key must not answer the pair that has only just come into view.
const REST_MS = 400;
let resting = 0;
let shownAt = 0;

export const isReady = () => room.dataset.state === "ready";

export function setState(state) {
  clearTimeout(resting);
  room.dataset.state = state;
  for (const button of room.querySelectorAll("form button")) button.disabled = state !== "ready";
  if (state === "resting") resting = setTimeout(() => setState("ready"), shownAt + REST_MS - performance.now());
}

/** A pair has come on show: rest, tell the modules. */
export function enter(state = "resting") {
  shownAt = performance.now();
  setState(state);
  room.dispatchEvent(new CustomEvent(ARRIVED));
}

/** What stands around the pair is new. Of a pair that has just come on show the rest has begun already. */
export function refresh({ isNewPair }) {
  if (!isNewPair) shownAt = performance.now();
  setState("resting");
  room.dispatchEvent(new CustomEvent(REFRESHED));
}

/** Reading starts at the top. */
export function readFromTop() {
  window.scrollTo({ top: 0, behavior: "instant" });
  document.getElementById("prompt-title")?.focus({ preventScroll: true });
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

// A page taken back from the browser's cache shows a pair that may be answered by now.
window.addEventListener("pageshow", (event) => {
  if (room && event.persisted) location.reload();
});
