// Opens the <dialog> whose id a button names in data-opens; Escape and its own form close it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  else if (event.target.matches?.("dialog.sheet")) closeIfOutside(event);
});

// A click on the backdrop arrives at the dialog itself, outside its box.
function closeIfOutside(event) {
  const box = event.target.getBoundingClientRect();
  const within =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!within) event.target.close();
}
