// The two answers stay in the same state: what is opened or turned raw on one side is so on the other.

import { copyFrom } from "./copy.js";
import { ARRIVED, room } from "./room.js";

const LONG_PROMPT = 0.5;

function sameRaw(event) {
  if (!event.target.matches("[data-raw]")) return;
  for (const tick of room.querySelectorAll("[data-raw]")) tick.checked = event.target.checked;
}

/** Thoughts with thoughts, tool steps with tool steps. */
function sameFolds(event) {
  for (const kind of [".answer [data-thoughts]", ".answer [data-steps]"]) {
    if (!event.target.matches(kind)) continue;
    for (const folded of room.querySelectorAll(kind)) folded.open = event.target.open;
  }
}

const isLong = (turns) => turns.offsetHeight > window.innerHeight * LONG_PROMPT;

/** A long conversation first shows its last turn, a long turn its beginning; a button shows the rest. */
function clip(prompt) {
  const turns = prompt.querySelector(".turns");
  if (isLong(turns)) prompt.classList.add("latest");
  if (isLong(turns)) prompt.classList.add("clipped");
  return prompt.classList.contains("latest");
}

function clipPrompt() {
  const prompt = room.querySelector("[data-prompt]");
  if (!prompt || !clip(prompt)) return;
  const button = prompt.querySelector("[data-unclip]");
  button.hidden = false;
  button.onclick = () => {
    const isWhole = prompt.classList.contains("latest");
    if (isWhole) prompt.classList.remove("latest", "clipped");
    else clip(prompt);
    button.setAttribute("aria-expanded", String(isWhole));
    button.textContent = isWhole ? "Show less" : "Show all of it";
  };
}

/** What scrolls sideways can be scrolled with the keyboard. */
function reachWide() {
  for (const wide of room.querySelectorAll(".text pre, .text table")) {
    const scroller = wide.matches("table") ? wide.parentElement : wide;
    if (scroller.scrollWidth <= scroller.clientWidth) continue;
    scroller.tabIndex = 0;
    scroller.dataset.wide = "";
  }
}

function copyButton(pre) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small copy-code";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy this code");
  button.onclick = () => copyFrom(button, pre.textContent);
  return button;
}

/** Code gets a head: its language, and a button that covers none of it. */
function addCopyButtons() {
  for (const frame of room.querySelectorAll(".answer .code:not(:has(> .code-head))")) {
    const head = document.createElement("div");
    head.className = "code-head";
    head.append(...frame.querySelectorAll(":scope > .code-language"), copyButton(frame.querySelector("pre")));
    frame.prepend(head);
  }
}

export function watchAnswers() {
  room.addEventListener("change", sameRaw);
  room.addEventListener("toggle", sameFolds, { capture: true });
  room.addEventListener(ARRIVED, () => {
    clipPrompt();
    addCopyButtons();
    reachWide();
  });
}
