/* Whether the line is there: asked every few seconds and told on the screen. `kiosk:pulse` brings what the server says,
   `kiosk:line` whether it could be asked. What needs the line can not be touched while it is away. */
(() => {
  "use strict";
  const EVERY = 10_000, PAIRING = 3_000, PATIENCE = 5_000, AGAIN = [2_000, 5_000], LEAST = 1_000, SAID = 8_000;
  let lostAt = -LEAST, failures = 0, isAsking = false, timer, trouble = "", troubleTimer;

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    const began = performance.now();
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(new URL("pulse", kiosk.base), options);
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const told = await answer.json();
      failures = 0;
      kiosk.tell("pulse", { ...told, at: (began + performance.now()) / 2 });
    } catch {
      failures += 1;
    }
    isAsking = false;
    show();
    kiosk.tell("line", { isAway: failures > 0 });
    const every = failures ? AGAIN[failures - 1] || EVERY : document.body.dataset.screen === "pair" ? PAIRING : EVERY;
    timer = setTimeout(ask, Math.max(LEAST, every - (performance.now() - began)));
  }

  function show() {
    const isAway = failures > 0;
    const line = document.querySelector("[data-line]");
    const text = isAway ? `网络断了，正在自动重连。以下为 ${moment()} 的内容` : trouble;
    if (line && line.textContent !== text) line.textContent = text;
    if (line) line.hidden = !text;
    for (const each of document.querySelectorAll("[data-needs-line]")) {
      if (isAway) each.setAttribute("aria-disabled", "true");
      else each.removeAttribute("aria-disabled");
    }
    for (const each of document.querySelectorAll("[data-away]")) each.hidden = !isAway;
  }

  /* From when the content on the screen is, with its day unless that is the server's today. */
  function moment() {
    const made = clock.china(Date.parse(document.querySelector("meta[name=made]").content));
    const now = clock.now();
    const isToday = now !== null && clock.china(now).day === made.day;
    return isToday ? made.time : `${made.day} ${made.time}`;
  }

  /* Without `detail` somebody only heard of it. */
  async function lost({ detail }) {
    const isFirst = performance.now() - lostAt > LEAST;
    lostAt = performance.now();
    if (isFirst) await ask();
    trouble = failures || !detail ? "" : "这一页现在打不开，请过一会儿再点";
    clearTimeout(troubleTimer);
    troubleTimer = setTimeout(calm, SAID);
    show();
  }

  function calm() {
    trouble = "";
    show();
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[aria-disabled=true]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  document.addEventListener("kiosk:shown", calm);
  document.addEventListener("kiosk:lost", lost);
  window.addEventListener("online", ask);
  window.addEventListener("offline", ask);
  document.addEventListener("DOMContentLoaded", ask);
})();
