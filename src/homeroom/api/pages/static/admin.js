// What was ticked for Bulk Assign stays ticked while another part of the names is searched for.
"use strict";

(() => {
  let ticked = [];

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "choices") return;
    ticked = [...event.detail.target.querySelectorAll("input[type=checkbox]:checked")]
      .map((box) => box.closest(".check"));
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "choices") return;
    ticked.forEach((line) => {
      const box = line.querySelector("input");
      const known = `input[name="${box.name}"][value="${CSS.escape(box.value)}"]`;
      const found = document.querySelector(known);
      if (found) {
        found.checked = true;
      } else {
        const list = document.querySelector(`fieldset[data-of="${box.name}"] legend`);
        if (list) list.after(line);
      }
    });
    ticked = [];
  });
})();
