"use strict";
// Promises by outcome, and a person's answers as a file. Without it all promises show.
(() => {
  const buttons = document.querySelectorAll(".outcomes button");
  const rows = document.querySelectorAll(".promises article");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const wanted = button.dataset.outcome;
      buttons.forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
      rows.forEach((row) => (row.hidden = Boolean(wanted) && row.dataset.outcome !== wanted));
    });
  }
  const save = document.querySelector("[data-save]");
  if (!save) return;
  const write = () => {
    const answers = [];
    for (const question of document.querySelectorAll("[data-key]")) {
      const chosen = question.querySelector("input:checked");
      if (chosen) answers.push({ key: question.dataset.key, same: chosen.value === "yes" });
    }
    save.href = `data:application/json,${encodeURIComponent(JSON.stringify(answers))}`;
    save.classList.toggle("disabled", answers.length === 0);
  };
  document.addEventListener("change", write);
  write();
})();
