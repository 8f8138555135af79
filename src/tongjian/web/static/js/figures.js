"use strict";
// A click on a figure of the report opens its source beside the text; without htmx the link leads to its page.
(() => {
  const mark = (anchor) => {
    document.querySelectorAll(".paper a.on").forEach((a) => a.classList.remove("on"));
    const link = anchor && document.getElementById(anchor);
    if (link) link.classList.add("on");
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-anchor]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    mark(link.dataset.anchor);
    window.htmx.ajax("GET", link.href, { target: "#figure", swap: "innerHTML" }).then(() => {
      document.getElementById("figure").classList.add("open");
    });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) {
      document.getElementById("figure").classList.remove("open");
      mark("");
    }
  });
  document.addEventListener("DOMContentLoaded", () => mark(location.hash.slice(1)));
})();
