/* The end of a visit: whatever a page can keep is emptied, then a fresh document at home takes the place of this one, and
   with it go its fields, history, zoom and whatever the browser would restore. */
window.visit = (() => {
  "use strict";
  const PATIENCE = 4_000, AGAIN = 2_000, TOO_LATE = 1_500;
  const OURS = "kept-"; // how the service worker names its caches of public screens
  const root = document.documentElement;
  const help = new URL("help", kiosk.base);
  const kept = { home: document.body.dataset.screen === "home" ? root.outerHTML : null, help: null };
  let isEnding = false;

  /* `drop`: what the service worker keeps, too. */
  async function end({ drop = false } = {}) {
    if (isEnding) return;
    isEnding = true;
    root.classList.add("ending");
    kiosk.tell("wipe");
    kiosk.forget();
    await Promise.race([emptied(drop).catch(() => kiosk.tell("trouble", { what: "storage" })), waited(PATIENCE)]);
    if (await page(kiosk.base, "home")) location.replace(kiosk.base);
    else inPlace();
  }

  async function emptied(drop) {
    for (const form of document.forms) form.reset();
    for (const field of document.querySelectorAll("input, textarea")) field.value = "";
    getSelection().removeAllRanges();
    localStorage.clear();
    sessionStorage.clear();
    for (const each of document.cookie.split(";")) document.cookie = `${each.split("=")[0]}=; max-age=0`;
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    if (!window.caches) return; // an address that is neither https nor local has none
    const names = (await caches.keys()).filter((name) => drop || !name.startsWith(OURS));
    await Promise.all(names.map((name) => caches.delete(name)));
  }

  /* Has a page at hand; false where it can not be had: the browser must not be sent to an error page of its own. */
  async function page(url, name) {
    try {
      const options = { cache: "no-store", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(url, options);
      const isPage = (answer.headers.get("Content-Type") || "").startsWith("text/html") && answer.status < 500;
      const text = isPage ? await answer.text() : "";
      if (text.includes(`data-screen="${name}"`)) kept[name] = text;
      return isPage;
    } catch {
      return false;
    }
  }

  /* Without the server: the last home page takes the place of what was there. */
  async function inPlace() {
    document.querySelector("main").replaceChildren();
    while (kept.home === null) {
      await waited(AGAIN);
      await page(kiosk.base, "home");
    }
    root.removeAttribute("class");
    kiosk.show(kept.home, kiosk.base);
    isEnding = false;
    kiosk.tell("ended");
  }

  const waited = (time) => new Promise((done) => { setTimeout(done, time); });

  /* Home for whoever touches the idle loop: the one at hand where the server takes its time. */
  async function begin() {
    const show = () => kept.home !== null && kiosk.show(kept.home, kiosk.base);
    const timer = setTimeout(show, TOO_LATE);
    const isThere = await kiosk.go(kiosk.base, { isBack: true });
    clearTimeout(timer);
    if (!isThere && document.body.dataset.screen === "waiting") show();
  }

  /* Else the browser writes down what was typed, and offers it to the next person. */
  document.addEventListener("kiosk:shown", () => {
    for (const each of document.querySelectorAll("form, input, textarea")) each.setAttribute("autocomplete", "off");
  });
  document.addEventListener("kiosk:line", ({ detail }) => {
    if (detail.isAway) return;
    if (kept.home === null) page(kiosk.base, "home");
    if (kept.help === null) page(help, "help");
  });
  /* Whoever says that they are done leaves nothing for the time until the screen would notice. */
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-end]")) return;
    event.preventDefault();
    end();
  }, { capture: true });
  /* Whoever asks for help without a line is told whom to phone. */
  document.addEventListener("kiosk:lost", ({ detail }) => {
    const isHelp = detail && new URL(detail.url).pathname.endsWith("/help");
    if (isHelp && kept.help !== null) kiosk.show(kept.help, help, { isBack: false });
  });
  return Object.freeze({ end, begin, isEnding: () => isEnding });
})();
