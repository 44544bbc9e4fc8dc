/* A page of a document: as wide as the screen, moved by keys, twice as large by one more. */
(() => {
  "use strict";
  const STEP = 0.85;
  let sheet, panner;

  function mark() {
    for (const key of panner.querySelectorAll("[data-pan]")) {
      const [x, y] = key.dataset.pan.split(",").map(Number);
      const [now, most] = x
        ? [sheet.scrollLeft, sheet.scrollWidth - sheet.clientWidth]
        : [sheet.scrollTop, sheet.scrollHeight - sheet.clientHeight];
      key.disabled = x + y > 0 ? now >= most - 1 : now <= 0;
      key.parentElement.hidden = x !== 0 && most <= 1;
    }
  }

  document.addEventListener("kiosk:shown", () => {
    sheet = document.querySelector("[data-sheet]");
    panner = document.querySelector("[data-panner]");
    if (!sheet) return;
    panner.hidden = false;
    sheet.classList.add("still");
    const picture = sheet.querySelector("img");
    if (picture.complete) mark();
    else picture.addEventListener("load", mark, { once: true });
  });
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pan], [data-zoom]");
    if (!key || !sheet) return;
    if (key.dataset.pan) {
      const [x, y] = key.dataset.pan.split(",").map(Number);
      sheet.scrollBy(x * STEP * sheet.clientWidth, y * STEP * sheet.clientHeight);
    } else {
      key.setAttribute("aria-pressed", String(sheet.classList.toggle("near")));
    }
    mark();
  });
  document.addEventListener("kiosk:turned", () => sheet?.isConnected && mark());
  window.addEventListener("resize", () => sheet?.isConnected && mark());
})();
