// Formulas, found by the server and marked, are typeset here: those of both answers at once, else they stay source.

import { ARRIVED, room } from "./room.js";

const AT = new URL("../vendor/katex/", import.meta.url);
const STYLES = [new URL("katex.css", AT), new URL("../css/mathematics.css", import.meta.url)];
// In nearly every formula: waited for, so that the page is laid out once.
const FONTS = ["1em KaTeX_Main", "italic 1em KaTeX_Math"];

// For one answer. What is beyond stays source; honest answers have dozens of formulas, of a line each.
const MOST = 300;
const MOST_CHARACTERS = 20_000;
const LONGEST = 2_000;
const DEEPEST = 40;
// For all of them together: elements that the browser must lay out, work in all, and work at a stretch.
const MOST_PARTS = 15_000;
const BUDGET_MS = 2_000;
const STRETCH_MS = 12;

// What KaTeX refuses (links, images, unknown commands) it writes in this colour, in place of the words: a formula with
// such a piece stays source, so that no word is lost.
const REFUSED = "#fe01fd";
const OPTIONS = {
  output: "htmlAndMathml",
  trust: false,
  strict: "ignore",
  maxExpand: 200,
  maxSize: 20,
  throwOnError: false,
  errorColor: REFUSED,
};

let library = null;

const styled = (href) =>
  new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: failed });
    document.head.append(link);
  });

/** KaTeX with its styles, fetched once and only where there is a formula. */
async function loaded() {
  await Promise.all([import(new URL("katex.min.js", AT)), ...STYLES.map(styled)]);
  await Promise.allSettled(FONTS.map((font) => document.fonts.load(font)));
  return window.katex;
}

function depthOf(source) {
  let depth = 0;
  let deepest = 0;
  for (const [sign] of source.matchAll(/\\.|[{}]|\bleft\b/g)) {
    depth += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** A formula of a size that KaTeX sets in no time, in which the server marked no unseen character. */
function isSettable(formula) {
  const source = formula.textContent;
  return formula.childElementCount === 0 && source.length <= LONGEST && depthOf(source) <= DEEPEST;
}

function within(formulas) {
  let characters = 0;
  return formulas.slice(0, MOST).filter((formula) => {
    if (!isSettable(formula)) return false;
    characters += formula.textContent.length;
    return characters <= MOST_CHARACTERS;
  });
}

/** The first formula of each answer, then the second of each: where the work ends early, it ends alike on both sides. */
function inTurn(root) {
  const answers = new Map();
  for (const formula of root.querySelectorAll(".answer-text .math:not(.typeset)")) {
    const answer = formula.closest(".answer") ?? formula.closest(".answer-text");
    answers.set(answer, [...(answers.get(answer) ?? []), formula]);
  }
  const lists = [...answers.values()].map(within);
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, n) => lists.map((list) => list[n])).flat().filter(Boolean);
}

/** KaTeX writes a few `style` attributes, which the page's policy refuses: they are set as properties instead. */
function setStylesAside(part) {
  if (part.attributes?.style) {
    part.attributes["data-style"] = part.attributes.style;
    delete part.attributes.style;
  }
  for (const child of part.children ?? []) setStylesAside(child);
}

function styleAgain(drawing) {
  for (const part of drawing.querySelectorAll("[data-style]")) {
    part.style.cssText = part.dataset.style;
    part.removeAttribute("data-style");
  }
}

function drawingOf(katex, formula) {
  const source = formula.textContent.trim();
  const mark = /^(?:\$\$|\\[[(])/.test(source) ? 2 : 1;
  const displayMode = formula.classList.contains("math-display");
  try {
    const tree = katex.__renderToDomTree(source.slice(mark, -mark), { ...OPTIONS, displayMode, macros: {} });
    if (tree.classes.includes("katex-error")) return null;
    setStylesAside(tree);
    const drawing = tree.toNode();
    styleAgain(drawing);
    return drawing.querySelector(`[mathcolor="${REFUSED}"]`) ? null : drawing;
  } catch {
    return null; // deeper than the browser's stack
  }
}

const pause = () => new Promise((done) => setTimeout(done));

/** Drawings beside the page: [formula, drawing], as many as the budget bears. */
async function drawn(katex, formulas) {
  const pairs = [];
  let spent = 0;
  let parts = 0;
  let stretch = 0;
  for (const formula of formulas) {
    const begun = performance.now();
    const drawing = formula.isConnected && drawingOf(katex, formula);
    parts += drawing ? drawing.querySelectorAll("*").length : 0;
    if (drawing && parts <= MOST_PARTS) pairs.push([formula, drawing]);
    const took = performance.now() - begun;
    spent += took;
    stretch += took;
    if (!formula.isConnected || parts > MOST_PARTS || spent > BUDGET_MS) break;
    if (stretch < STRETCH_MS) continue;
    await pause();
    stretch = 0;
  }
  return pairs;
}

/** The source stays in the page, hidden: marked passages are counted in it. */
function show(formula, drawing) {
  const source = document.createElement("span");
  source.hidden = true;
  source.append(...formula.childNodes);
  formula.append(source, drawing);
  formula.classList.add("typeset");
  formula.closest(".answer-text").classList.add("has-formulas");
}

/** A displayed formula stands on one line; one in a line is broken between its parts. */
function isWide(formula) {
  if (formula.matches(".math-display")) return formula.scrollWidth > formula.clientWidth;
  const width = formula.closest("p, li, td, th, .answer-text").clientWidth;
  return [...formula.querySelectorAll(".base")].some((base) => base.offsetWidth > width);
}

/** What is wider than its column scrolls, with the keyboard too. All is measured before anything is changed. */
function reachWide(formulas) {
  for (const formula of formulas.filter(isWide)) {
    formula.classList.add("wide");
    formula.tabIndex = 0;
  }
}

export async function typeset(root) {
  const formulas = inTurn(root);
  if (formulas.length === 0) return;
  library ??= loaded();
  const pairs = await drawn(await library, formulas);
  const there = pairs.filter(([formula]) => formula.isConnected && !formula.matches(".typeset"));
  for (const [formula, drawing] of there) show(formula, drawing);
  reachWide(there.map(([formula]) => formula));
}

export function watchMathematics() {
  room.addEventListener(ARRIVED, () => typeset(room).catch(() => {})); // without KaTeX the source stays
}
