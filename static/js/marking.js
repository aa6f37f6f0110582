// Marked passages: the words selected in an answer go into a hidden field of their side, and stand in a list to be let go.

import { announce, room } from "./room.js";

const MOST = 20;
const LONGEST = 2000;

/** Whole formulas only: one that is typeset counts as its source. */
function snapped(range) {
  const formulaOf = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".math.typeset");
  const [first, last] = [formulaOf(range.startContainer), formulaOf(range.endContainer)];
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  return range;
}

function wordsIn(range) {
  const copy = range.cloneContents();
  for (const drawing of copy.querySelectorAll(".katex-display, .katex")) drawing.remove();
  return copy.textContent;
}

/** Where the selection lies: its side, its turn, and its place in the turn's shown text. */
function passage() {
  const selection = getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = snapped(selection.getRangeAt(0).cloneRange());
  const node = range.commonAncestorContainer;
  const text = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".answer .turn > .text");
  if (!text) return null;
  const answer = text.closest(".answer");
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const words = wordsIn(range).slice(0, LONGEST);
  const start = wordsIn(before).length;
  const turn = [...answer.querySelectorAll(".turn > .text")].indexOf(text);
  return words.trim() && { side: answer.dataset.side, mark: { turn, start, end: start + words.length, text: words } };
}

function fieldOf(list) {
  const name = `spans_${list.dataset.marked}`;
  const found = list.closest("form").querySelector(`input[name="${name}"]`);
  if (found) return found;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value: "[]" });
  list.after(field);
  return field;
}

function lineOf(list, field, mark) {
  const line = document.createElement("li");
  const words = document.createElement("q");
  words.textContent = mark.text;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Remove" });
  button.className = "plain";
  button.setAttribute("aria-label", `Remove the mark on “${mark.text.slice(0, 60)}”`);
  button.onclick = () => {
    const rest = JSON.parse(field.value).filter((one) => JSON.stringify(one) !== JSON.stringify(mark));
    field.value = JSON.stringify(rest);
    line.remove();
  };
  line.append(words, " ", button);
  list.append(line);
}

function mark() {
  const found = passage();
  if (!found) return announce("Select some words of one answer first");
  const list = room.querySelector(`[data-marked="${found.side}"]`);
  const field = fieldOf(list);
  const marks = JSON.parse(field.value);
  const same = marks.some((one) => JSON.stringify(one) === JSON.stringify(found.mark));
  if (same || marks.length >= MOST) return announce(same ? "Marked already" : `At most ${MOST} marks`);
  field.value = JSON.stringify([...marks, found.mark]);
  lineOf(list, field, found.mark);
  announce("Marked");
}

export function watchMarking() {
  room.addEventListener("click", (event) => event.target.closest("[data-mark]") && mark());
  // The press itself must not let the selection go.
  room.addEventListener("pointerdown", (event) => event.target.closest("[data-mark]") && event.preventDefault());
}
