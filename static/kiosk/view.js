/* 换大字 and 放低些 last until the visitor is gone; the choice lives in the document alone. */
(() => {
  "use strict";
  const root = document.documentElement;

  function mark() {
    for (const key of document.querySelectorAll("[data-view]")) {
      key.setAttribute("aria-pressed", String(root.classList.contains(key.dataset.view)));
      key.setAttribute("role", "button");
    }
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-view]");
    if (!key) return;
    event.preventDefault();
    root.classList.toggle(key.dataset.view);
    mark();
    kiosk.tell("turned");
  }, { capture: true });
  document.addEventListener("kiosk:shown", mark);
})();
