"use strict";
// Keys of the dispatch desk: j and k move, Enter opens, x chooses, / goes to the search field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const rows = [...document.querySelectorAll("[data-row]")];
  const now = rows.findIndex((row) => row.classList.contains("at"));
  const go = (index) => {
    if (!rows[index]) return;
    rows.forEach((row) => row.classList.remove("at"));
    rows[index].classList.add("at");
    rows[index].scrollIntoView({ block: "nearest" });
  };
  const row = rows[now];
  if (event.key === "j") go(Math.min(now + 1, rows.length - 1));
  else if (event.key === "k") go(Math.max(now - 1, 0));
  else if (event.key === "Enter" && row) row.querySelector("a").click();
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]").click();
  else if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[name=q]").focus();
  }
});

// Another kind of case shows its own form at once; what was typed comes along.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-switch]")) event.target.form.querySelector("[data-switch-button]").click();
});
