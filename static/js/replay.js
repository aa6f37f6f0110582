// Where a study asks for it, both answers appear word by word at one pace. All of the page is there from the start and
// laid out once: what has not come yet is only not to be seen.

import { ARRIVED, REFRESHED, announce, isReady, room, setState } from "./room.js";

const TICK_MS = 50;
const WORDS_A_TICK = 2;
// A longer pair comes in larger steps, on both sides alike.
const MOST_TICKS = 400;
// A run of letters; longer ones count as several, for not every script parts its words.
const WORD = /\S{1,12}/g;
const COMING = "coming";

const seen = new Set();
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let running = null;

/** The pieces of one side in reading order: a text or a formula, its words, and the elements that begin with it. */
function piecesOf(answer) {
  const pieces = [];
  let opened = [];
  const within = (node) => (node.matches?.(".raw, .math *, .math-source, [data-end]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  for (const turn of answer.querySelectorAll(".turn")) {
    opened.push(turn);
    const walker = document.createTreeWalker(turn, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, within);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.ELEMENT_NODE) opened.push(node);
      const isPaced = node.parentElement.closest(".turn > .text") !== null;
      const isPiece = node.nodeType === Node.TEXT_NODE ? isPaced && node.data.trim() : node.matches(".math");
      if (!isPiece || node.parentElement.closest(".math")) continue;
      pieces.push({ node, words: wordsOf(node), opened });
      opened = [];
    }
  }
  if (opened.length > 0) pieces.push({ node: null, words: 0, opened });
  return pieces;
}

const wordsOf = (node) => (node.textContent.match(WORD) ?? []).length;

/** One side, with the words that have come so far. */
class Side {
  constructor(answer, number) {
    this.pieces = piecesOf(answer);
    this.words = this.pieces.reduce((sum, { words }) => sum + words, 0);
    this.place = 0;
    this.before = 0;
    this.range = "highlights" in CSS ? document.createRange() : null;
    this.name = `${COMING}-${number}`;
    for (const { opened } of this.pieces) for (const element of opened) element.classList.add(COMING);
    if (this.range) CSS.highlights.set(this.name, new Highlight(this.range));
  }

  /** Shows the first so many words of the side. */
  advance(words) {
    while (this.place < this.pieces.length) {
      const { node, words: own, opened } = this.pieces[this.place];
      for (const element of opened.splice(0)) element.classList.remove(COMING);
      if (words < this.before + own) return this.hideRest(node, words - this.before);
      this.before += own;
      this.place += 1;
    }
    this.range?.collapse();
    return undefined;
  }

  /** The rest of the text, and what stands in the same block after it, is transparent. */
  hideRest(node, words) {
    if (!this.range) return;
    const block = node.parentElement.closest(".text > *") ?? node.parentElement;
    this.range.selectNodeContents(block);
    if (node.nodeType !== Node.TEXT_NODE) return this.range.setStartBefore(node);
    const ends = [...node.data.matchAll(WORD)].map(({ 0: word, index }) => index + word.length);
    this.range.setStart(node, words > 0 ? ends[words - 1] : 0);
  }

  end() {
    this.advance(Infinity);
    CSS.highlights?.delete(this.name);
  }
}

class Replay {
  constructor(pair) {
    this.pair = pair;
    this.sides = [...pair.querySelectorAll(".answer")].map((answer, number) => new Side(answer, number));
    const longest = Math.max(...this.sides.map(({ words }) => words));
    this.step = Math.max(WORDS_A_TICK, Math.ceil(longest / MOST_TICKS));
    this.longest = longest;
    this.begun = performance.now();
    this.ticks = -1;
    pair.dataset.replay = "running";
    pair.setAttribute("aria-busy", "true");
    this.choose(false);
    this.tick = this.tick.bind(this);
    this.tick(this.begun);
  }

  /** The buttons of the verdict, or the one that ends the replay. */
  choose(isComplete) {
    for (const form of room.querySelectorAll("[data-answer]")) form.hidden = !isComplete;
    for (const told of room.querySelectorAll("[data-replaying]")) told.hidden = isComplete;
  }

  tick(now) {
    if (running !== this || !this.pair.isConnected) return;
    const ticks = Math.max(0, Math.floor((now - this.begun) / TICK_MS));
    const words = ticks * this.step;
    if (words >= this.longest) return this.end();
    if (ticks !== this.ticks) for (const side of this.sides) side.advance(words);
    this.ticks = ticks;
    requestAnimationFrame(this.tick);
  }

  end() {
    running = null;
    for (const side of this.sides) side.end();
    this.pair.dataset.replay = "complete";
    this.pair.removeAttribute("aria-busy");
    this.choose(true);
    if (isReady()) setState("resting"); // a press meant for "Show all" is no verdict
    announce("Both answers are complete");
  }
}

function arrived() {
  running?.sides.forEach((side) => side.end());
  running?.choose(true);
  running = null;
  const pair = room.querySelector("[data-replay]");
  if (!pair) return;
  const isNew = !seen.has(pair.dataset.assignment);
  seen.add(pair.dataset.assignment);
  if (isNew && !calm.matches) {
    running = new Replay(pair);
    running.tick(performance.now());
  } else pair.dataset.replay = "complete";
}

export function watchReplay() {
  room.addEventListener(ARRIVED, arrived);
  room.addEventListener(REFRESHED, () => running?.choose(false));
  room.addEventListener("click", (event) => event.target.closest("[data-show-all]") && running?.end());
  room.addEventListener("change", (event) => event.target.matches("[data-raw]") && running?.end());
}
