"use strict";
// The sheet of a section: marks behind the text, figures inserted at the cursor, cards that lead to their place.
// Without it the text is a plain field and the checks are those of the last save.
(() => {
  const text = document.getElementById("text");
  const back = () => document.getElementById("backdrop");
  const count = document.querySelector("[data-count]");
  let saved = text ? text.value : "";
  const plain = () => {
    // What is typed after the checks were asked for stands without marks until they are asked for again.
    if (back().textContent.replace(/\n+$/, "") !== text.value.replace(/\n+$/, "")) back().textContent = `${text.value}\n`;
  };
  const told = () => {
    if (count) count.textContent = `${text.value.replace(/\s/g, "").length} ${count.dataset.count}`;
  };
  const show = (card) => {
    document.querySelectorAll(".on").forEach((e) => e.classList.remove("on"));
    card.classList.add("on");
    document.querySelectorAll(`[data-items~="${card.dataset.item}"]`).forEach((e) => e.classList.add("on"));
    const mark = document.querySelector(`[data-items~="${card.dataset.item}"]`);
    if (mark) mark.scrollIntoView({ block: "center" });
    if (!text) return;
    text.focus({ preventScroll: true });
    text.setSelectionRange(Number(card.dataset.start), Number(card.dataset.end));
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    const choice = event.target.closest("[data-insert]");
    if (link) {
      event.preventDefault();
      show(link.closest("[data-item]"));
    } else if (choice && text) {
      text.setRangeText(choice.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  if (!text) return;
  text.addEventListener("input", () => {
    plain();
    told();
  });
  text.addEventListener("click", () => {
    // The card of the number under the cursor.
    const at = text.selectionStart;
    for (const card of document.querySelectorAll("#margin [data-item]")) {
      const inside = Number(card.dataset.start) <= at && at <= Number(card.dataset.end);
      card.classList.toggle("on", inside);
      if (inside) card.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    const kept = document.getElementById("saved");
    if (kept && kept.dataset.text !== undefined) {
      // The server saved: with references written out, or a number corrected.
      if (text.value !== kept.dataset.text) text.value = kept.dataset.text;
      saved = text.value;
      delete kept.dataset.text;
    }
    plain();
    told();
  });
  let sent = false;
  document.addEventListener("submit", (event) => {
    sent = sent || !event.target.hasAttribute("hx-post");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && text.value !== saved) event.preventDefault();
  });
  plain();
  told();
})();
