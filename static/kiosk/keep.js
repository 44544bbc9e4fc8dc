/* Has the hall's pages kept by a worker (sw.js), and says what it hears of the line. */
(() => {
  "use strict";
  const LOOK = 300000, AGAIN = 10000;
  const workers = navigator.serviceWorker;
  if (!workers) return;

  const look = () => workers.controller?.postMessage("look");

  workers.addEventListener("controllerchange", look);
  /* Not while a tap is on its way, which would be lost. */
  const again = () => {
    const isWaiting = document.body.dataset.screen === "later" && !document.documentElement.hasAttribute("aria-busy");
    if (isWaiting) kiosk.go(new URL(location.href), { isBack: true });
  };

  workers.addEventListener("message", ({ data }) => {
    if (data === "lost") kiosk.tell("lost");
    if (data === "back") again();
  });
  setInterval(again, AGAIN);
  workers.register(new URL("sw.js", kiosk.base)).then((registration) => {
    look();
    setInterval(() => {
      registration.update().catch(() => {});
      look();
    }, LOOK);
  }, () => {});
  navigator.storage.persist?.();
})();
