/* A keypad's digits stay in the document until the form is sent. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-keypad] button[name=press]");
    if (!key) return;
    event.preventDefault();
    const pad = key.form.dataset, field = key.form.elements[pad.keypad], typed = field.value;
    field.value = { one: typed.slice(0, -1), all: "" }[key.value] ?? (typed + key.value).slice(0, Number(pad.most));
    const shown = pad.groups ? field.value.replace(/(.{4})(?=.)/g, "$1 ") : field.value;
    key.form.querySelector("[data-typed]").textContent = shown;
  });

  /* The staff see from which screen somebody called. */
  let left = "";
  document.addEventListener("kiosk:leaving", () => { left = document.body.dataset.screen; });
  document.addEventListener("kiosk:shown", () => {
    const place = document.querySelector(".ring input[name=screen]");
    if (place && !place.value) place.value = left;
  });
})();
