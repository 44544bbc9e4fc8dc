/* A keypad's digits stay in the document until the form is sent. */
(() => {
  "use strict";
  const MOST = 13;
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-keypad] button[name=press]");
    if (!key) return;
    event.preventDefault();
    const form = key.form, typed = form.elements.phone.value;
    const next = { one: typed.slice(0, -1), all: "" }[key.value] ?? (typed + key.value).slice(0, MOST);
    form.elements.phone.value = next;
    form.querySelector("[data-typed]").textContent = next;
  });

  /* The staff see from which screen somebody called. */
  let left = "";
  document.addEventListener("kiosk:leaving", () => { left = document.body.dataset.screen; });
  document.addEventListener("kiosk:shown", () => {
    const place = document.querySelector(".ring input[name=screen]");
    if (place && !place.value) place.value = left;
  });
})();
