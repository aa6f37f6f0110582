// A key presses the button that carries it in data-keys, so that a key and a click are one and the same act.

const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const OWN_ENTER = "a, button, summary, input, label";
const OWN_ARROWS = "input, pre, .table-wrap, [data-wide]";

/** The key in Latin letters, whatever the layout: "ф" on a Russian keyboard is the key A. */
function nameOf(event) {
  if (/^Key[A-Z]$/.test(event.code) && !/^[\x20-\x7e]$/.test(event.key)) return event.code.slice(3).toLowerCase();
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function isForSomethingElse(event, name) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return true;
  if (event.ctrlKey || event.altKey || event.metaKey) return true;
  if (event.shiftKey && /^[a-z]$/.test(name)) return true;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest(TYPING) || document.querySelector("dialog[open]")) return true;
  if (name === "Enter" && at.closest(OWN_ENTER)) return true;
  return name.startsWith("Arrow") && at.closest(OWN_ARROWS) !== null;
}

function buttonFor(name) {
  const all = document.querySelectorAll(`[data-keys~="${CSS.escape(name)}"]`);
  return [...all].find((button) => !button.disabled && !button.closest("[hidden]"));
}

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    if (isForSomethingElse(event, name)) return;
    const button = buttonFor(name);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
