// Answers that the server has not confirmed, kept in this browser under the address they go to. An answer carries its
// idempotency key, so sending it again never makes a second row. The CSRF token is left out: it may be a new one by then.

const PREFIX = "vibes.unsent:";
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Keeps an answer; false where the browser has no storage to give. */
export function keep(path, fields) {
  const answer = { fields: fields.filter(([name]) => name !== "csrfmiddlewaretoken"), at: Date.now() };
  try {
    localStorage.setItem(PREFIX + path, JSON.stringify(answer));
    return true;
  } catch {
    return false;
  }
}

export function forget(path) {
  try {
    localStorage.removeItem(PREFIX + path);
  } catch {
    // nothing was kept there
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

/** Every kept answer as {path, fields}, oldest first; those past their week are let go. */
export function kept() {
  const answers = [];
  for (const name of storedNames()) {
    const answer = read(name);
    const path = name.slice(PREFIX.length);
    if (answer && Date.now() - answer.at < KEPT_MS) answers.push({ path, ...answer });
    else forget(path);
  }
  return answers.sort((one, other) => one.at - other.at);
}

function storedNames() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}
