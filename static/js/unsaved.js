// The notice above the verdict: what happened, what is safe, what to do. Stays until the answer is saved.

import { room, setState } from "./room.js";

const KEPT = "Your choice is kept here and sent again by itself.";
const WORDS = {
  offline: ["Not saved yet.", `You are offline. ${KEPT}`, "Try again"],
  unreachable: ["Not saved yet.", `The server cannot be reached. ${KEPT}`, "Try again"],
  refused: ["Not saved yet.", `The server could not take it. ${KEPT}`, "Try again"],
  lapsed: ["Not saved yet.", "Sign in again by opening your link; your answer is kept here.", "I have signed in"],
  outdated: ["Not saved.", "This page is out of date. Load it again and answer what it shows.", "Load it again"],
};
const WAITS_S = [3, 10, 30, 60];

let retry = null;
let tries = 0;
let timer = 0;

function run() {
  clearTimeout(timer);
  const act = retry;
  retry = null;
  act?.();
}

function fill(kind) {
  const [what, mend, label] = WORDS[kind];
  const text = room.querySelector("[data-unsaved-text]");
  const strong = document.createElement("strong");
  strong.textContent = what;
  text.replaceChildren(strong, ` ${mend}`);
  const button = room.querySelector("[data-retry]");
  button.textContent = label;
  button.onclick = run;
  return button;
}

/** Shows the notice and holds the room; `byItself` also tries again, after 3, 10, 30 and then every 60 seconds. */
export function showUnsaved(kind, act, { byItself = false } = {}) {
  setState("unsaved");
  retry = act;
  room.querySelector("[data-unsaved]").hidden = false;
  const button = fill(kind);
  if (document.activeElement === document.body) button.focus({ preventScroll: true });
  clearTimeout(timer);
  if (byItself) timer = setTimeout(run, WAITS_S[Math.min(tries++, WAITS_S.length - 1)] * 1000);
}

export function clearUnsaved() {
  clearTimeout(timer);
  retry = null;
  tries = 0;
  room.querySelector("[data-unsaved]")?.toggleAttribute("hidden", true);
}

window.addEventListener("online", () => timer && run());
