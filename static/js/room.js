// The room's state, told on #room as data-state: "resting" (just shown), "ready", "sending", "unsaved".
// Only a ready room takes an answer.

export const room = document.getElementById("room");
export const ARRIVED = "room:arrived";

// A second click or a held key must not answer the pair that has only just come into view.
const REST_MS = 400;
let resting = 0;

export const isReady = () => room.dataset.state === "ready";

export function setState(state) {
  clearTimeout(resting);
  room.dataset.state = state;
  for (const button of room.querySelectorAll("form button")) button.disabled = state !== "ready";
  if (state === "resting") resting = setTimeout(() => setState("ready"), REST_MS);
}

/** A new fragment stands in the room: rest, tell the modules, start reading at the top. */
export function enter() {
  setState("resting");
  room.dispatchEvent(new CustomEvent(ARRIVED));
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

// A page taken back from the browser's cache shows a pair that may be answered by now.
window.addEventListener("pageshow", (event) => {
  if (room && event.persisted) location.reload();
});
