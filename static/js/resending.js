// Answers left over from an earlier visit (a lapsed sign-in, a closed lid) are sent before a new one is taken.

import { forget, kept } from "./outbox.js";
import { setState } from "./room.js";
import { clearUnsaved, showUnsaved } from "./unsaved.js";

// Another rater's answer in a shared browser stays kept for them.
const NOT_OURS = [401, 403, 404];

function send({ path, fields }) {
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  return fetch(path, {
    method: "POST",
    redirect: "manual",
    headers: { ...token, "HX-Request": "true" },
    body: new URLSearchParams(fields),
  });
}

/** True where the server has answered for good, and the page may be out of date. */
async function settle(answer) {
  const { status } = await send(answer);
  if (status >= 500 || status === 429) throw new Error(`status ${status}`);
  if (NOT_OURS.includes(status)) return false;
  forget(answer.path);
  return true;
}

export async function sendKept() {
  const answers = kept();
  if (answers.length === 0) return;
  setState("sending");
  try {
    const settled = [];
    for (const answer of answers) settled.push(await settle(answer));
    clearUnsaved();
    if (settled.includes(true)) location.reload();
    else setState("resting");
  } catch {
    showUnsaved(navigator.onLine ? "unreachable" : "offline", sendKept, { byItself: true });
  }
}
