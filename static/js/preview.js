// The preview of a rater's pages: whatever is pressed, nothing is sent, and the bar says so.
// The page's policy forbids sending as well; this only keeps the browser and htmx from trying.

const told = document.querySelector("[data-preview-told]");

document.addEventListener(
  "submit",
  (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const name = event.submitter?.firstChild?.textContent.trim() || "Your answer";
    told.textContent = `Preview: nothing is stored. A rater would have answered “${name}”.`;
    document.getElementById("announcer").textContent = told.textContent;
  },
  { capture: true },
);
