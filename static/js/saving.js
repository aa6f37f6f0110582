// Sending an answer. htmx posts the form and swaps the room; this keeps the answer until the server has it, and says so.

import { forgetOld, held, merge, paint, takeBack } from "./ahead.js";
import { forget, keep } from "./outbox.js";
import { announce, enter, isReady, readFromTop, room, setState } from "./room.js";
import { clearUnsaved, showUnsaved } from "./unsaved.js";

const LAPSED = [401, 403];
// The answer to these is the page as it now is, with a notice of why.
const REFUSED = [404, 409, 422];
const BUSY = 429;

let isKept = true;

const isAnswer = (ctx) => ctx.request.form?.matches("[data-answer]") ?? false;
const pathOf = (ctx) => new URL(ctx.request.action, location.href).pathname;

function markChosen(submitter, isChosen = true) {
  if (!submitter?.form.matches("[data-answer]")) return;
  for (const button of submitter.form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(isChosen && button === submitter));
  }
}

/** The next pair at once, where this answer is the last of the comparison and has not failed before. */
function goOn({ request }) {
  if (!isKept || request.form.dataset.failed || !request.submitter?.matches("[data-closes]")) return;
  if (paint()) markChosen(request.submitter, false);
}

/** The pair that was answered, with the choice that is not saved. */
function comeBack({ request }) {
  takeBack();
  markChosen(request.submitter);
  request.form.dataset.failed = "yes";
}

function beforeRequest({ ctx }) {
  markChosen(ctx.request.submitter);
  isKept = isAnswer(ctx) ? keep(pathOf(ctx), [...ctx.request.body]) : true;
  ctx.request.headers["Room-Holds"] = held();
  setState("sending");
  // The request leaves first.
  if (isAnswer(ctx)) queueMicrotask(() => goOn(ctx));
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
    return;
  }
  comeBack(ctx);
  if (LAPSED.includes(status)) {
    showUnsaved("lapsed", () => (isAnswer(ctx) && isKept ? location.reload() : again(ctx)));
  } else if (status >= 500 || status === BUSY) {
    showUnsaved("refused", () => again(ctx), { byItself: true });
  } else {
    showUnsaved("outdated", () => location.reload());
  }
}

function requestFailed({ ctx }) {
  if (ctx.text !== undefined) return location.reload();
  comeBack(ctx);
  showUnsaved(navigator.onLine ? "unreachable" : "offline", () => again(ctx), { byItself: true });
}

// A whole page is not put into the room: it is gone to, or, where it says an error, it is not what was asked for.
function beforeSwap({ ctx }, event) {
  const { raw, status } = ctx.response;
  const isWhole = raw.redirected || /^\s*<!doctype/i.test(ctx.text);
  const part = isWhole ? null : withoutPair(ctx.text);
  if (!isWhole && !part) return;
  event.preventDefault();
  if (part) return takeIn(part);
  if (status < 400) location.assign(raw.url);
  // What any other status means has been said after the request.
  else if (REFUSED.includes(status)) {
    takeBack();
    showUnsaved("outdated", () => location.reload());
  }
}

/** A fragment whose pair the page should have; null where it brings one. */
function withoutPair(text) {
  if (!text.includes("data-held=")) return null;
  const part = new DOMParser().parseFromString(text, "text/html");
  return part.querySelector("[data-held]") ? part : null;
}

function takeIn(part) {
  if (merge(part)) tell();
  else location.reload();
}

function afterSwap({ ctx }) {
  if (ctx.swap === "none") return;
  forgetOld();
  enter();
  readFromTop();
  tell();
}

function tell() {
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
