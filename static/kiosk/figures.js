/* What a machine knows of itself from one document to the next: figures, and nothing of anybody's. Seconds are those
   since the screen was started, by a clock that nobody sets. */
window.figures = (() => {
  "use strict";
  const KEY = "kiosk";
  const fresh = { before: 0, touched: null, beat: -60, renewed: -3600, expelled: -3600, skew: null, printed: 0, errors: 0, error: "", counts: {} };
  const figures = { ...fresh, up: () => figures.before + performance.now() / 1000 };
  try {
    Object.assign(figures, JSON.parse(sessionStorage.getItem(KEY)));
  } catch {
    Object.assign(figures, fresh);
  }
  /* After the wipe, which leaves nothing else. */
  window.addEventListener("pagehide", () => {
    sessionStorage.setItem(KEY, JSON.stringify({ ...figures, before: figures.up() }));
  });
  return figures;
})();
