"use strict";
// Keys of the dispatch desk: j and k move, Enter opens, x chooses, / goes to the search field.
// On the list of what is to be dispatched the row's case shows beside it: 1 to 3 send it to a suggested unit, d chooses
// another, m handles it together with the case most like it.
const peek = (row) => {
  const pane = document.querySelector("#peek");
  if (pane && row.dataset.peek) htmx.ajax("GET", row.dataset.peek, { target: pane, swap: "innerHTML" });
};
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
    peek(rows[index]);
  };
  const row = rows[now];
  if (event.key === "j") go(Math.min(now + 1, rows.length - 1));
  else if (event.key === "k") go(Math.max(now - 1, 0));
  else if (event.key === "Enter" && row) row.querySelector("a").click();
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]").click();
  else if ("123dm".includes(event.key)) {
    const found = document.querySelector(`#peek [data-key="${event.key}"]`);
    if (!found) return;
    event.preventDefault();
    if (event.key === "d") found.focus();
    else found.click();
  } else if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[name=q]").focus();
  }
});

document.addEventListener("mouseover", (event) => {
  const row = event.target.closest("[data-peek]");
  if (!row || row.classList.contains("at") || !document.querySelector("#peek:empty")) return;
  peek(row);
});

// A template fills an empty reply, or is added to what is there.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-template]") || !event.target.value) return;
  const reply = event.target.form.querySelector("textarea[name=reply]");
  reply.value = reply.value ? `${reply.value}\n${event.target.value}` : event.target.value;
  event.target.value = "";
  reply.focus();
  reply.dispatchEvent(new Event("change", { bubbles: true }));
});

// Another kind of case shows its own form at once; what was typed comes along.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-switch]")) event.target.form.querySelector("[data-switch-button]").click();
});

if (document.querySelector("#peek")) {
  const first = document.querySelector("[data-peek]");
  if (first) document.addEventListener("DOMContentLoaded", () => (first.classList.add("at"), peek(first)));
}
