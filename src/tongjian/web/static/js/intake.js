"use strict";
// The text and the list beside it: a click on a marked passage lists what was read there; marks follow decisions.
(() => {
  let opening = false; // the list was asked for by a click on a passage: on a phone it comes up from below
  const list = () => document.getElementById("list");
  const lit = (ids) => {
    document.querySelectorAll(".source a.on").forEach((a) => a.classList.remove("on"));
    for (const id of ids) {
      document.querySelectorAll(`.source a[data-items~="${id}"]`).forEach((a) => a.classList.add("on"));
    }
  };
  document.addEventListener("click", (event) => {
    const passage = event.target.closest(".source a[data-at]");
    if (passage && window.htmx && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      lit(passage.dataset.items.split(" "));
      window.htmx.ajax("GET", `${list().dataset.url}?at=${passage.dataset.at}`, { target: "#list", swap: "outerHTML" });
      opening = true;
      return;
    }
    if (event.target.closest("[data-close]")) {
      list().classList.remove("open");
      lit([]);
      return;
    }
    const shown = event.target.closest("a[data-show]");
    if (shown) {
      event.preventDefault();
      lit([shown.dataset.show]);
      const first = document.querySelector(`.source a[data-items~="${shown.dataset.show}"]`);
      if (first) first.scrollIntoView({ block: "center" });
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const card = event.detail.target && document.getElementById(event.detail.target.id);
    if (!card || !card.dataset.item) return;
    for (const mark of document.querySelectorAll(`.source a[data-items~="${card.dataset.item}"]`)) {
      if (mark.dataset.items.split(" ")[0] !== card.dataset.item) continue;
      mark.classList.remove("is-proposed", "is-accepted", "is-dropped");
      mark.classList.add(`is-${card.dataset.state}`);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (opening) list().classList.add("open");
    opening = false;
  });
})();
