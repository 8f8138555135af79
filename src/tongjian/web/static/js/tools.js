"use strict";
// Dropping a file, and the findings beside the text. Without it the form and the lists work as they are.
(() => {
  for (const box of document.querySelectorAll(".drop-file")) {
    const input = box.querySelector("input");
    const said = box.querySelector("[data-name]");
    const hint = said.textContent;
    const show = () => {
      const file = input.files[0];
      said.textContent = file ? `${file.name} · ${(file.size / 1048576).toFixed(1)} MB` : hint;
      box.classList.toggle("chosen", Boolean(file));
    };
    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) box.addEventListener(name, () => box.classList.add("over"));
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
    show();
  }
  const busy = document.querySelector("[data-busy]");
  if (busy) busy.closest("form").addEventListener("submit", () => (busy.hidden = false));

  const side = document.getElementById("list");
  if (!side) return;
  const lists = { findings: document.getElementById("findings"), figures: document.getElementById("figures") };
  const tab = (name) => {
    for (const key of Object.keys(lists)) {
      lists[key].hidden = key !== name;
      side.querySelector(`[data-for="${key}"]`).hidden = key !== name;
      side.querySelector(`[data-tab="${key}"]`).toggleAttribute("aria-current", key === name);
    }
  };
  tab("findings");
  const lit = (id, from) => {
    document.querySelectorAll(".on").forEach((e) => e.classList.remove("on"));
    const marks = document.querySelectorAll(`.source a[data-items~="${id}"]`);
    marks.forEach((e) => e.classList.add("on"));
    const card = document.getElementById(`c${id}`);
    if (card) {
      tab(lists.figures.contains(card) ? "figures" : "findings");
      card.hidden = false;
      card.classList.add("on");
      if (from === "text") card.scrollIntoView({ block: "nearest" });
    }
    if (from === "list" && marks[0]) marks[0].scrollIntoView({ block: "center" });
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".source a[data-items]");
    const shown = event.target.closest("[data-show]");
    const named = event.target.closest("[data-tab]");
    if (mark || shown || named) event.preventDefault();
    if (mark) {
      side.classList.add("open");
      lit(mark.dataset.items.split(" ")[0], "text");
    } else if (shown) {
      side.classList.remove("open");
      lit(shown.dataset.show, "list");
    } else if (named) {
      tab(named.dataset.tab);
    } else if (event.target.closest("[data-close]")) {
      side.classList.remove("open");
    }
  });
  const filter = () => {
    const wanted = (name) => side.querySelector(`[data-filter="${name}"]`).value;
    const words = wanted("words").trim();
    for (const item of lists.findings.querySelectorAll(".item")) {
      const fits = ["severity", "code"].every((k) => !wanted(k) || item.dataset[k] === wanted(k));
      item.hidden = !fits;
    }
    for (const row of lists.figures.children) row.hidden = Boolean(words) && !row.textContent.includes(words);
  };
  side.addEventListener("input", filter);
})();
