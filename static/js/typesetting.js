// Formulas on a team page: those on show at once, those in a fold when it is opened.

import { typeset } from "./mathematics.js";

const set = (root) => typeset(root).catch(() => {}); // without KaTeX the source stays

for (const text of document.querySelectorAll(".answer-text")) if (!text.closest("details:not([open])")) set(text);
document.addEventListener("toggle", (event) => event.target.open && set(event.target), { capture: true });
