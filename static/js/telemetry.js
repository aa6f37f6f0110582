// How a pair was read, for the hidden fields of the verdict form: no text, no position of the pointer, nothing else.

import { ARRIVED, REFRESHED, room } from "./room.js";

const ACTS = ["pointerdown", "keydown", "wheel", "touchmove"];

let seen = fresh(null);
// The pair before, which comes back where its answer was not saved.
let seenBefore = null;
let ends = null;

function fresh(assignment) {
  return {
    assignment,
    shownAt: performance.now(),
    visibleMs: 0,
    visibleSince: document.hidden ? null : performance.now(),
    firstActionMs: null,
    scrolled: { left: false, right: false },
    rawToggled: false,
    thoughtsOpened: false,
  };
}

function countVisible() {
  const now = performance.now();
  if (seen.visibleSince !== null) seen.visibleMs += now - seen.visibleSince;
  seen.visibleSince = document.hidden ? null : now;
}

function arrived() {
  const pair = room.querySelector("[data-assignment]");
  if (!pair) return;
  if (pair.dataset.assignment !== seen.assignment) turnTo(pair.dataset.assignment);
  watchEnds();
}

function turnTo(assignment) {
  countVisible();
  const left = seen;
  seen = seenBefore?.assignment === assignment ? seenBefore : fresh(assignment);
  seen.visibleSince = document.hidden ? null : performance.now();
  seenBefore = left;
}

// The end of a side counts once it stands above the verdict bar, which covers the foot of the window.
function watchEnds() {
  ends?.disconnect();
  const bar = room.querySelector(".verdict")?.offsetHeight ?? 0;
  ends = new IntersectionObserver(noteEnds, { rootMargin: `0px 0px -${bar}px 0px` });
  for (const end of room.querySelectorAll("[data-end]")) ends.observe(end);
}

function noteEnds(entries) {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) seen.scrolled[target.dataset.end] = true;
  }
}

function noteAct() {
  seen.firstActionMs ??= Math.round(performance.now() - seen.shownAt);
}

function fields() {
  countVisible();
  return {
    first_action_ms: seen.firstActionMs ?? "",
    seconds_visible: (seen.visibleMs / 1000).toFixed(1),
    scrolled_left: seen.scrolled.left,
    scrolled_right: seen.scrolled.right,
    raw_toggled: seen.rawToggled,
    thoughts_opened: seen.thoughtsOpened,
    viewport_width: window.innerWidth,
    colour_scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
}

export function watchTelemetry() {
  room.addEventListener(ARRIVED, arrived);
  room.addEventListener(REFRESHED, watchEnds);
  document.addEventListener("visibilitychange", countVisible);
  for (const name of ACTS) window.addEventListener(name, noteAct, { capture: true, passive: true });
  room.addEventListener("change", (event) => {
    if (event.target.matches("[data-raw]")) seen.rawToggled = true;
  });
  const noteThoughts = (event) => {
    if (event.target.matches(".answer :is([data-thoughts], [data-steps])[open]")) seen.thoughtsOpened = true;
  };
  room.addEventListener("toggle", noteThoughts, { capture: true });
  // "formdata" fires for a plain submit and for htmx alike.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("[data-telemetry]")) return;
    for (const [name, value] of Object.entries(fields())) event.formData.set(name, value);
  });
}
