// Sending an answer. htmx posts the form and swaps the room; this keeps the answer until the server has it, and says so.

import { forget, keep } from "./outbox.js";
import { announce, enter, isReady, room, setState } from "./room.js";
import { clearUnsaved, showUnsaved } from "./unsaved.js";

const LAPSED = [401, 403];
// The answer to these is the page as it now is, with a notice of why.
const REFUSED = [404, 409, 422];
const BUSY = 429;

let isKept = true;

const isAnswer = (ctx) => ctx.request.form?.matches("[data-answer]") ?? false;
const pathOf = (ctx) => new URL(ctx.request.action, location.href).pathname;

function markChosen(submitter) {
  if (!submitter?.form.matches("[data-answer]")) return;
  for (const button of submitter.form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === submitter));
  }
}

function beforeRequest({ ctx }) {
  markChosen(ctx.request.submitter);
  isKept = isAnswer(ctx) ? keep(pathOf(ctx), [...ctx.request.body]) : true;
  setState("sending");
}

/** Presses the same button again: the form still holds the same key. */
function again(ctx) {
  setState("ready");
  ctx.request.form.requestSubmit(ctx.request.submitter ?? undefined);
}

function afterRequest({ ctx }) {
  const { status, raw } = ctx.response;
  if (status < 400 || REFUSED.includes(status)) {
    // A redirect is no receipt: it may have led to a sign-in page. What is kept is then sent by the next page.
    if (isAnswer(ctx) && !raw.redirected) forget(pathOf(ctx));
    isKept = true;
    clearUnsaved();
  } else if (LAPSED.includes(status)) {
    showUnsaved("lapsed", () => (isAnswer(ctx) && isKept ? location.reload() : again(ctx)));
  } else if (status >= 500 || status === BUSY) {
    showUnsaved("refused", () => again(ctx), { byItself: true });
  } else {
    showUnsaved("outdated", () => location.reload());
  }
}

function requestFailed({ ctx }) {
  if (ctx.text !== undefined) location.reload();
  else showUnsaved(navigator.onLine ? "unreachable" : "offline", () => again(ctx), { byItself: true });
}

// A whole page is not put into the room: it is gone to, or, where it says an error, it is not what was asked for.
function beforeSwap({ ctx }, event) {
  const { raw, status } = ctx.response;
  if (!raw.redirected && !/^\s*<!doctype/i.test(ctx.text)) return;
  event.preventDefault();
  if (status < 400) location.assign(raw.url);
  // What any other status means has been said after the request.
  else if (REFUSED.includes(status)) showUnsaved("outdated", () => location.reload());
}

function afterSwap({ ctx }) {
  if (ctx.swap === "none") return;
  enter();
  window.scrollTo({ top: 0, behavior: "instant" });
  document.getElementById("prompt-title")?.focus({ preventScroll: true });
  const told = [".told", "[data-saved]", "#room-done"].map((part) => room.querySelector(part)?.textContent.trim());
  announce(told.filter(Boolean).join(". "));
}

function onlyWhenReady(event) {
  if (!room.contains(event.target) || isReady()) return;
  event.preventDefault();
  event.stopPropagation();
}

const hasWords = () => [...room.querySelectorAll("textarea")].some((field) => field.value.trim() !== "");

// Not while it is being sent: then it is kept, or `isKept` says that it is not.
function askBeforeLeaving(event) {
  const isReadyToSend = room.dataset.state === "ready";
  if (isReadyToSend ? hasWords() : !isKept) event.preventDefault();
}

export function watchSaving() {
  const on = (name, act) =>
    document.addEventListener(name, (event) => {
      if (event.detail.ctx?.target === room) act(event.detail, event);
    });
  on("htmx:before:request", beforeRequest);
  on("htmx:after:request", afterRequest);
  on("htmx:error", requestFailed);
  on("htmx:before:swap", beforeSwap);
  on("htmx:after:swap", afterSwap);
  document.addEventListener("submit", onlyWhenReady, { capture: true });
  window.addEventListener("beforeunload", askBeforeLeaving);
}
