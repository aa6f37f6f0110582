// A region of a team page that cannot be refreshed says so at the top of the page, until it can.

const LAPSED = "Your sign-in has lapsed. Load the page again to sign in.";
const FAILED = "The server failed to answer. What is stored is safe; load the page again.";
const UNREACHABLE = "The server cannot be reached. This page tries again by itself where it shows progress.";

function tell(text) {
  const notice = document.querySelector("#trouble") ?? document.createElement("p");
  notice.id = "trouble";
  notice.className = "notice problem trouble";
  notice.setAttribute("role", "alert");
  if (notice.textContent !== text) notice.textContent = text;
  if (!notice.isConnected) document.getElementById("main").prepend(notice);
}

document.addEventListener("htmx:after:request", ({ detail }) => {
  const { status } = detail.ctx.response;
  if (status === 401 || status === 403) tell(LAPSED);
  else if (status >= 500) tell(FAILED);
  else document.querySelector("#trouble")?.remove();
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) tell(UNREACHABLE);
});
