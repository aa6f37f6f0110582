// On a narrow screen one answer shows at a time. The tabs are radio buttons and need no script;
// here: a swipe, a dot on the answer not looked at yet, and each side keeps its place.

import { ARRIVED, room } from "./room.js";

const FAR_PX = 60;
const LEVEL_PX = 40;

let places = {};
let current = "left";
let start = null;

const areTabs = () => room.querySelector(".sides")?.checkVisibility() ?? false;
const radio = (side) => document.getElementById(`side-${side}`);

function changed(event) {
  if (event.target.name !== "side") return;
  const before = places[current] ?? 0;
  current = event.target.value;
  delete event.target.closest("label").dataset.unseen;
  const top = room.querySelector(".pair").offsetTop;
  window.scrollTo({ top: places[current] ?? Math.min(before, top), behavior: "instant" });
}

function scrollsSideways(element) {
  for (let at = element; at && at !== room; at = at.parentElement) {
    if (at.scrollWidth > at.clientWidth && getComputedStyle(at).overflowX !== "visible") return true;
  }
  return false;
}

function began(event) {
  const [touch] = event.touches;
  const isSwipe = event.touches.length === 1 && areTabs() && event.target.closest(".pair");
  start = isSwipe && !scrollsSideways(event.target) ? { x: touch.clientX, y: touch.clientY } : null;
}

function ended(event) {
  if (!start) return;
  const [touch] = event.changedTouches;
  const along = touch.clientX - start.x;
  const isLevel = Math.abs(touch.clientY - start.y) < LEVEL_PX;
  start = null;
  if (isLevel && Math.abs(along) > FAR_PX) radio(along < 0 ? "right" : "left").click();
}

export function watchSides() {
  room.addEventListener("change", changed);
  room.addEventListener("touchstart", began, { passive: true });
  room.addEventListener("touchend", ended, { passive: true });
  window.addEventListener("scroll", () => (places[current] = window.scrollY), { passive: true });
  room.addEventListener(ARRIVED, () => {
    places = {};
    current = room.querySelector("[name=side]:checked")?.value ?? "left";
  });
}
