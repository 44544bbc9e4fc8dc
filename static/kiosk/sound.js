/* 念给我听: a tap plays the sound of what is on the screen, the next one stops it; it ends with what it reads. */
(() => {
  "use strict";
  const READ = "念给我听", STOP = "停下";
  let sound = null;

  function play(address) {
    sound = new Audio(address);
    sound.addEventListener("ended", stop);
    sound.addEventListener("error", () => sound && fail());
    sound.play().catch((reason) => reason.name !== "AbortError" && sound && fail());
    kiosk.tell("counted", { what: "aloud" });
    mark();
  }

  function stop() {
    if (!sound) return;
    const old = sound;
    sound = null;
    old.pause();
    old.removeAttribute("src");
    old.load();
    mark();
  }

  function fail() {
    stop();
    kiosk.tell("trouble", { what: "sound" });
    const label = document.querySelector("[data-aloud] span");
    if (label) label.textContent = "念不出来";
  }

  function mark() {
    for (const key of document.querySelectorAll("[data-aloud]")) {
      key.setAttribute("role", "button");
      key.setAttribute("aria-pressed", String(sound !== null));
      key.querySelector("span").textContent = sound ? STOP : READ;
    }
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-aloud]");
    if (!key) return;
    event.preventDefault();
    if (sound) stop();
    else play(key.href);
  }, { capture: true });
  for (const name of ["kiosk:leaving", "kiosk:wipe"]) document.addEventListener(name, stop);
  document.addEventListener("kiosk:shown", mark);
})();
