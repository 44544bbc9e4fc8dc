/* The pairing screen asks for a code by itself, and anew when that lapses or was given to nobody. */
(() => {
  "use strict";
  let timer, isAsking = false;

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
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
