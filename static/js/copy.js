// Copy buttons: data-copy holds a selector; the value or the text of what it finds goes to the clipboard.

const TOLD_MS = 1600;

function textOf(selector) {
  const found = [...document.querySelectorAll(selector)];
  return found.map((element) => element.value ?? element.textContent.trim()).join("\n\n");
}

// navigator.clipboard is absent on plain HTTP beyond loopback.
function copyOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

function tell(button, word) {
  button.dataset.word ??= button.innerHTML;
  clearTimeout(Number(button.dataset.timer));
  button.textContent = word;
  button.dataset.timer = setTimeout(() => {
    button.innerHTML = button.dataset.word;
  }, TOLD_MS);
}

export async function copyFrom(button, text) {
  const done = await copy(text);
  tell(button, done ? "Copied" : "Copy it by hand");
  const live = document.getElementById("announcer");
  if (live) live.textContent = done ? "Copied" : "The browser does not allow copying here";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copyFrom(button, textOf(button.dataset.copy));
});
