/* Nobody there: after a time without a touch a countdown, then the end of the visit; at home, untouched, the idle loop. */
(() => {
  "use strict";
  const COUNTDOWN = 10, UNTIL_LOOP = 30, SLIDE = 8, PAIRING = 900, OLD = 300, SELDOM = 600, EXPELLED = 60, TICK = 500;
  // Milliseconds for which a touch of the countdown or the loop can hit nothing else: while it is held, and after it.
  const HELD = 5_000, NOT_NOW = 600;
  const root = document.documentElement;
  const seconds = () => performance.now() / 1000;
  const screen = () => document.body.dataset.screen;
  let touchedAt = seconds(), isTouched = false, isStale = false, isAway = true, deafUntil = 0, slide = 0, slideAt = 0, freshAt = 0, isTurning = false;

  const dialog = document.createElement("dialog");
  dialog.className = "countdown";
  dialog.setAttribute("aria-labelledby", "countdown");
  dialog.innerHTML = '<h2 id="countdown">您还在看吗？</h2><p class="left" role="timer"></p><p>到时间就回到首页，刚才看的、填的都会清掉。</p><button class="key" type="button">继续看</button>';
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  function ask(left) {
    dialog.querySelector(".left").textContent = `${left} 秒`;
    if (dialog.isConnected && dialog.open) return;
    document.body.append(dialog);
    dialog.close();
    dialog.showModal();
  }

  function touch() {
    touchedAt = seconds();
    figures.touched = figures.up();
    isTouched = true;
    dialog.close();
    dialog.remove();
  }

  function look() {
    const idle = seconds() - touchedAt;
    if (visit.isEnding()) return;
    if (isTouched || (screen() !== "home" && screen() !== "waiting")) {
      const isPairing = screen() === "pair" && root.dataset.state !== "paired";
      const left = (isPairing ? PAIRING : Number(root.dataset.idle)) + COUNTDOWN - idle;
      if (left <= 0) visit.end();
      else if (left <= COUNTDOWN) ask(Math.ceil(left));
    } else if (isStale && !isAway && isDue("renewed", SELDOM)) visit.end();
    else if (screen() === "waiting") turn();
    else if (idle >= UNTIL_LOOP) loop();
  }

  /* Whether so many seconds have passed since something was done last; if so, it is done now. */
  function isDue(what, pause) {
    if (figures.up() - figures[what] < pause) return false;
    figures[what] = figures.up();
    return true;
  }

  async function loop() {
    if (isTurning) return;
    isTurning = true;
    const before = touchedAt;
    const isThere = await kiosk.go(new URL("waiting", kiosk.base), { isBack: true });
    isTurning = false;
    if (touchedAt !== before) {
      if (screen() === "waiting") visit.begin();
    } else if (!isThere) touchedAt = seconds();
    slideAt = freshAt = seconds();
  }

  function turn() {
    const slides = document.querySelectorAll("[data-slides] > *");
    if (seconds() - slideAt < SLIDE) return;
    slideAt = seconds();
    slide = (slide + 1) % slides.length;
    if (slide === 0 && seconds() - freshAt > OLD) loop(); // what is new
    mark();
  }

  function mark() {
    document.querySelector("[data-slides]")?.classList.add("running");
    for (const [number, each] of document.querySelectorAll("[data-slides] > *").entries()) {
      each.classList.toggle("on", number === slide);
    }
  }

  /* Before any other listener: a touch of the countdown or of the loop means nothing else. */
  function hear(event) {
    const now = performance.now(), isUp = event.type === "pointerup" || event.type === "pointercancel";
    const isLoop = screen() === "waiting";
    if (dialog.open || isLoop) deafUntil = now + (event.type === "pointerdown" ? HELD : NOT_NOW);
    const isDeaf = visit.isEnding() || now < deafUntil;
    if (isUp && isDeaf) deafUntil = now + NOT_NOW;
    if (isDeaf) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (visit.isEnding()) return;
    if (event.type !== "click") touch();
    if (isLoop && (isUp || event.type === "keydown")) visit.begin();
  }

  for (const name of ["pointerdown", "pointerup", "pointercancel", "keydown", "wheel", "click", "submit"]) {
    window.addEventListener(name, hear, { capture: true, passive: false });
  }
  document.addEventListener("kiosk:shown", () => {
    slide = 0;
    slideAt = seconds();
    mark();
  });
  document.addEventListener("kiosk:line", ({ detail }) => { isAway = detail.isAway; });
  document.addEventListener("kiosk:ended", () => {
    touchedAt = seconds();
    isTouched = false;
    isStale = true; // a fresh document as soon as the server is there again
    dialog.remove();
  });
  document.addEventListener("kiosk:pulse", ({ detail }) => {
    const was = root.dataset.state === "paired", is = detail.state === "paired";
    if (was && !is && isDue("expelled", EXPELLED)) visit.end({ drop: true });
    else if (is && !was && screen() === "pair") visit.end();
    else isStale ||= was !== is || detail.version !== root.dataset.version || detail.unit !== root.dataset.unit;
  });
  setInterval(look, TICK);
})();
