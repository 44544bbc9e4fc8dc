/* The pairing screen asks for a code by itself, and anew when that lapses or was given to nobody. */
(() => {
  "use strict";
  const PAUSE = 5_000; // between two times of asking, so that trouble is not made worse
  let timer, isAsking = false, askedAt = -PAUSE;

  async function ask() {
    if (isAsking) return;
    clearTimeout(timer);
    const pause = askedAt + PAUSE - performance.now();
    if (pause > 0) {
      timer = setTimeout(ask, pause);
      return;
    }
    isAsking = true;
    askedAt = performance.now();
    const body = new URLSearchParams({ screen: `${screen.width}x${screen.height}` });
    await kiosk.go(new URL("pair", kiosk.base), { options: { method: "POST", body, cache: "no-store" } });
    isAsking = false;
  }

  document.addEventListener("kiosk:shown", () => {
    clearTimeout(timer);
    const place = document.querySelector("[data-pairing]");
    if (place) timer = setTimeout(ask, Number(place.dataset.pairing) * 1_000);
  });
  document.addEventListener("kiosk:pulse", ({ detail }) => {
    const isForgotten = document.querySelector("p[data-pairing]") && detail.state === "open";
    const waits = document.querySelector("form[data-pairing='0']");
    if (isForgotten || waits) ask();
  });
})();
