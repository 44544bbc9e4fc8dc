/* The keypad of number.html without a request for each digit: every plate is in the page. */
(() => {
  "use strict";
  const DIGITS = 8;

  function show(box, typed) {
    const shown = typed.padEnd(DIGITS, "·");
    box.querySelector("b").textContent = `${shown.slice(0, 4)} ${shown.slice(4)}`;
    const [fewer, again] = box.querySelectorAll("[data-digits]");
    fewer.hidden = again.hidden = !typed;
    fewer.dataset.digits = typed.slice(0, -1);
    for (const place of document.querySelectorAll(".keypad li")) key(place, typed);
  }

  function key(place, typed) {
    const isFull = typed.length === DIGITS;
    const drawn = document.createElement(isFull ? "span" : "a");
    drawn.className = isFull ? "key off" : "key";
    drawn.textContent = place.textContent;
    if (!isFull) {
      drawn.href = location.pathname;
      drawn.dataset.digits = typed + place.textContent;
    }
    place.replaceChildren(drawn);
  }

  document.addEventListener("click", (event) => {
    const tapped = event.target.closest("[data-digits]");
    if (!tapped) return;
    event.preventDefault();
    const box = document.querySelector("[data-number]"), typed = tapped.dataset.digits;
    const code = JSON.parse(document.querySelector("[data-plates]").textContent)[typed];
    document.querySelector("[data-problem]").hidden = typed.length < DIGITS || Boolean(code);
    show(box, typed);
    if (code) kiosk.go(new URL(box.dataset.to + code, location.href));
    else kiosk.tell("turned");
  }, { capture: true });
})();
