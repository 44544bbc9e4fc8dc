/* The clock on the screen goes by the server's time: a machine's own may be a year wrong. */
window.clock = (() => {
  "use strict";
  const DAYS = "日一二三四五六";
  const TO_CHINA = 8 * 3_600_000; // no summer time since 1991
  let anchor = null;

  /* Milliseconds since 1970; null where nobody knows. Without the server ever: the machine's, unless it cannot be. */
  function now() {
    if (anchor) return anchor.server + performance.now() - anchor.at;
    if (figures.skew !== null) return Date.now() + figures.skew;
    const made = Date.parse(document.querySelector("meta[name=made]").content);
    return Date.now() >= made ? Date.now() : null;
  }

  function china(milliseconds) {
    const local = new Date(milliseconds + TO_CHINA);
    return {
      time: `${local.getUTCHours()}:${String(local.getUTCMinutes()).padStart(2, "0")}`,
      day: `${local.getUTCMonth() + 1}月${local.getUTCDate()}日`,
      weekday: `星期${DAYS[local.getUTCDay()]}`,
    };
  }

  function show() {
    const time = document.querySelector("[data-clock]");
    const day = document.querySelector("[data-day]");
    const moment = now();
    const told = moment === null ? null : china(moment);
    for (const [place, text] of [[time, told?.time], [day, told && `${told.day} ${told.weekday}`]]) {
      if (!place) continue;
      place.hidden = !told;
      if (told && place.textContent !== text) place.textContent = text;
    }
  }

  document.addEventListener("kiosk:pulse", ({ detail }) => {
    anchor = { server: Date.parse(detail.now), at: detail.at };
    figures.skew = anchor.server - (Date.now() - (performance.now() - detail.at));
  });
  /* Not before it is known whether the server can be asked: until then the page's own time stands. */
  document.addEventListener("kiosk:line", () => {
    document.addEventListener("kiosk:shown", show);
    setInterval(show, 1_000);
    show();
  }, { once: true });
  return { now, china };
})();
