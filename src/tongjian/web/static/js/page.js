"use strict";
// Small conveniences; every page works without them.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  const link = event.target.closest("[data-print]");
  if (link) window.print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.drop[open]").forEach((d) => d.removeAttribute("open"));
});
document.addEventListener("DOMContentLoaded", () => {
  // The cell that a number came from is shown even where the sheet is wider than the screen.
  const cell = document.getElementById("cell");
  const box = cell && cell.closest(".scroll");
  if (box) box.scrollLeft = cell.offsetLeft - (box.clientWidth - cell.offsetWidth) / 2;
});
