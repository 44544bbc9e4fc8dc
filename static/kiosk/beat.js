/* The heartbeat: once a minute a paired machine tells how it is, and what was done at it since. Other scripts tell by
   `kiosk:counted` (what: a word of machines.words.COUNTED) and `kiosk:trouble` (what: one of ERRORS). */
(() => {
  "use strict";
  const EVERY = 55; // seconds; it goes with a pulse, and these are ten apart
  let isBeating = false;

  async function beat() {
    const counts = { ...figures.counts };
    isBeating = true;
    try {
      const answer = await fetch(new URL("heartbeat", kiosk.base), {
        method: "POST", cache: "no-store", signal: AbortSignal.timeout(5_000),
        headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...told(), counts }),
      });
      if (!answer.ok) return;
      figures.beat = figures.up();
      for (const [what, number] of Object.entries(counts)) figures.counts[what] -= number;
    } catch {
      /* The next pulse tries again. */
    } finally {
      isBeating = false;
    }
  }

  const told = () => ({
    version: document.documentElement.dataset.version,
    up_seconds: Math.round(figures.up()),
    content_at: document.querySelector("meta[name=made]").content,
    screen: `${Math.round(screen.width * devicePixelRatio)}x${Math.round(screen.height * devicePixelRatio)}`,
    touched_seconds: figures.touched === null ? null : Math.round(figures.up() - figures.touched),
    printed: figures.printed, errors: figures.errors, last_error: figures.error,
  });

  function count(what, number = 1) {
    figures.counts[what] = (figures.counts[what] || 0) + number;
  }

  function trouble(what) {
    figures.errors += 1;
    figures.error = what;
  }

  let isTouched = false, wasAway = false;
  document.addEventListener("kiosk:pulse", ({ detail }) => {
    if (detail.state === "paired" && !isBeating && figures.up() - figures.beat >= EVERY) beat();
  });
  document.addEventListener("pointerdown", () => { isTouched = true; }, { capture: true });
  document.addEventListener("kiosk:shown", () => {
    const name = document.body.dataset.screen;
    if (isTouched && name !== "waiting") count("screen");
    if (isTouched && name === "take") count("take");
  });
  document.addEventListener("kiosk:counted", ({ detail }) => count(detail.what));
  document.addEventListener("kiosk:printed", ({ detail }) => {
    figures.printed += detail.pages;
    count("print", detail.pages);
  });
  document.addEventListener("kiosk:trouble", ({ detail }) => trouble(detail.what));
  document.addEventListener("kiosk:line", ({ detail }) => {
    if (detail.isAway && !wasAway) trouble("line");
    wasAway = detail.isAway;
  });
  window.addEventListener("error", (event) => trouble(event.target === window ? "script" : "page"), { capture: true });
  window.addEventListener("unhandledrejection", () => trouble("script"));
})();
