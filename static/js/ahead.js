// The next pair lies in the page, in a template, before it is needed. An answer after which nothing more is asked puts it on
// show at once; what the server then says stands above it, and where the answer was not saved the old pair comes back.

import { ARRIVED, enter, readFromTop, refresh, room } from "./room.js";

const PARTS = ["[data-prompt]", ".pair"];

// What stood there before, while the next pair is on show and nobody knows whether the answer was saved.
let before = null;

const template = () => document.getElementById("ahead");
const onShow = () => room.querySelector(".pair")?.dataset.assignment;

/** The ids of the pairs that this page has, for the server to leave out. */
export const held = () => [onShow(), template()?.dataset.ahead].filter(Boolean).join(" ");

function putOnShow(content) {
  for (const part of PARTS) room.querySelector(part).replaceWith(content.querySelector(part));
}

function show(state) {
  putOnShow(template().content.cloneNode(true));
  enter(state);
  readFromTop();
}

/** Puts the next pair on show; false where none lies ready. */
export function paint() {
  if (!template()?.content.querySelector(".pair")) return false;
  before = { parts: PARTS.map((part) => room.querySelector(part)), top: window.scrollY };
  show("painted");
  return true;
}

/** The old pair again, as it was left. */
export function takeBack() {
  if (!before) return;
  const { parts, top } = before;
  before = null;
  parts.forEach((part, n) => room.querySelector(PARTS[n]).replaceWith(part));
  room.dispatchEvent(new CustomEvent(ARRIVED));
  window.scrollTo({ top, behavior: "instant" });
}

function replace(part, fresh) {
  const [old, now] = [room.querySelector(part), fresh.querySelector(part)];
  if (old && now) old.replaceWith(now);
  else if (old) old.remove();
  return now;
}

function replaceNotice(fresh) {
  room.querySelector("main > .notice")?.remove();
  const notice = fresh.querySelector("main > .notice");
  if (notice) room.querySelector("main").prepend(notice);
}

/** The new template; an empty one stands for the one that is there. */
function replaceTemplate(fresh) {
  const [old, now] = [template(), fresh.querySelector("#ahead")];
  if (now && !now.content.querySelector(".pair")) {
    if (old?.dataset.ahead !== now.dataset.ahead) old?.remove();
    return;
  }
  old?.remove();
  if (now) room.append(now);
}

/** Takes a fragment without a pair into the room: the pair is on show, or lies ready. False where this page has it not. */
export function merge(fresh) {
  const wanted = fresh.querySelector("[data-held]").dataset.held;
  const isNewPair = before !== null || wanted !== onShow();
  before = null;
  if (wanted !== onShow()) {
    if (wanted !== template()?.dataset.ahead || !template().content.querySelector(".pair")) return false;
    show("sending");
  }
  const parts = [".room-bar", ".verdict"].map((part) => replace(part, fresh));
  replaceNotice(fresh);
  replaceTemplate(fresh);
  for (const part of parts) window.htmx.process(part);
  refresh({ isNewPair });
  if (document.activeElement === document.body) document.getElementById("prompt-title")?.focus({ preventScroll: true });
  return true;
}

/** A whole fragment has taken the room. */
export const forgetOld = () => (before = null);

/** A page that has just been opened asks for the pair after the one that it shows. */
export async function fetchAhead() {
  if (template() || !room.querySelector("[data-telemetry]")) return;
  const shown = onShow();
  const answer = await fetch(room.dataset.address, { headers: { "HX-Request": "true", "Room-Holds": shown } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isSame = fresh.querySelector("[data-held]")?.dataset.held === shown && onShow() === shown;
  const isWaiting = room.querySelector("[data-telemetry]") && !before && !template();
  if (!isSame || !isWaiting || !["resting", "ready"].includes(room.dataset.state)) return;
  replaceTemplate(fresh);
  markClosing(fresh);
}

/** Which buttons end the comparison, as the server says now that something lies ahead. */
function markClosing(fresh) {
  for (const button of fresh.querySelectorAll(".verdict [data-closes]")) {
    const own = room.querySelector(`.verdict button[name="${button.name}"][value="${CSS.escape(button.value)}"]`);
    if (own) own.dataset.closes = "";
  }
}
