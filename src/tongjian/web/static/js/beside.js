"use strict";
// A text with its numbers marked, and a card for each beside it. Without it the list shows all cards and links jump.
(() => {
  const side = document.getElementById("list");
  const filter = side.querySelector("[data-filter]");
  const none = side.querySelector("[data-none]");
  const cards = () => side.querySelectorAll(".item");
  const show = () => {
    let any = false;
    for (const card of cards()) {
      const wanted = filter.value;
      card.hidden = !(wanted === "" || (wanted === "open" ? "open" in card.dataset || card.dataset.kept : card.dataset.state === wanted));
      any = any || !card.hidden;
    }
    none.hidden = any;
    const open = filter.querySelector('option[value="open"]');
    open.textContent = open.textContent.replace(/\d+/, side.querySelectorAll(".item[data-open]").length);
  };
  const lit = (id, from) => {
    document.querySelectorAll(".on").forEach((e) => e.classList.remove("on"));
    const marks = document.querySelectorAll(`.source a[data-items~="${id}"]`);
    marks.forEach((e) => e.classList.add("on"));
    const card = document.getElementById(`n${id}`);
    if (card) {
      card.hidden = false;
      card.classList.add("on");
      if (from === "text") card.scrollIntoView({ block: "nearest" });
    }
    if (from === "list" && marks[0]) marks[0].scrollIntoView({ block: "center" });
  };
  filter.addEventListener("change", () => {
    for (const card of cards()) delete card.dataset.kept;
    show();
  });
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".source a[data-items]");
    const shown = event.target.closest("[data-show]");
    if (mark || shown) event.preventDefault();
    if (mark) {
      side.classList.add("open");
      lit(mark.dataset.items.split(" ")[0], "text");
    } else if (shown) {
      side.classList.remove("open");
      lit(shown.dataset.show, "list");
    } else if (event.target.closest("[data-close]")) {
      side.classList.remove("open");
    }
  });
  // An answered card stays in sight until the filter is changed, so that it can be taken back; its mark follows it.
  document.addEventListener("htmx:afterSettle", (event) => {
    const card = event.target.closest ? document.getElementById(event.target.id) : null;
    if (!card || !card.dataset.item) return;
    card.dataset.kept = "yes";
    for (const mark of document.querySelectorAll(`.source a[data-items~="${card.dataset.item}"]`)) {
      mark.className = card.dataset.kind === "none" ? "k-figure" : `k-${card.dataset.kind}`;
    }
    show();
  });
  show();
})();
