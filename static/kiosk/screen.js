/* One document lives until the visitor is gone: each tap swaps its content, so the screen is never blank, and the
   browser's history never grows. `kiosk:shown` tells other scripts that there is new content. */
(() => {
  "use strict";
  const root = document.documentElement;
  const base = new URL(root.dataset.base, location.href);
  const been = [];
  const PATIENCE = 8000;
  let going = 0;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`kiosk:${name}`, { detail }));
  const isOurs = (url) => url.origin === base.origin && url.pathname.startsWith(base.pathname);
  const path = () => location.pathname + location.search;

  async function ask(url, options) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: giveUp.signal, ...options });
      const isPage = (answer.headers.get("Content-Type") || "").startsWith("text/html");
      if (!isPage || answer.status >= 500) throw new Error(`answered ${answer.status}`);
      return { text: await answer.text(), url: new URL(answer.url), status: answer.status };
    } finally {
      clearTimeout(timer);
    }
  }

  /* Shows what an address answers; false where it could not be had, and then nothing has changed. */
  async function go(url, { isBack = false, options = {} } = {}) {
    const mine = ++going;
    root.setAttribute("aria-busy", "true");
    let page;
    try {
      page = await ask(url, options);
    } catch {
      if (mine === going) tell("lost", { url: String(url) });
      return false;
    } finally {
      if (mine === going) root.removeAttribute("aria-busy");
    }
    if (mine !== going || !isOurs(page.url)) return false;
    if (!isBack && !options.method) been.push(path());
    swap(page.text);
    if (!options.method) history.replaceState(null, "", page.url.pathname + page.url.search);
    tell("shown", { status: page.status });
    return true;
  }

  function swap(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    document.title = next.title;
    const made = next.querySelector("meta[name=made]");
    if (made) document.querySelector("meta[name=made]").content = made.content;
    tell("leaving");
    document.body.replaceWith(document.adoptNode(next.body));
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
  }

  /* Shows a page that is at hand already; whatever was asked for before comes too late. */
  function show(text, url, { isBack = true } = {}) {
    going += 1;
    root.removeAttribute("aria-busy");
    if (!isBack) been.push(path());
    swap(text);
    history.replaceState(null, "", url.pathname);
    tell("shown", { status: 200 });
  }

  /* Nobody gets back to what was seen, and what is still on its way is not shown. */
  function forget() {
    going += 1;
    been.length = 0;
    root.removeAttribute("aria-busy");
  }

  const back = () => (been.length ? go(new URL(been.pop(), base), { isBack: true }) : false);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href], area[href]");
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    const url = new URL(link.getAttribute("href"), location.href);
    if (!isOurs(url) || link.getAttribute("aria-disabled") === "true") return;
    if (link.hasAttribute("data-back") && been.length) back();
    else go(url);
  });

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target, key = event.submitter;
    const url = new URL(key?.hasAttribute("formaction") ? key.formAction : form.action, base);
    if (!isOurs(url)) return;
    const body = new URLSearchParams(new FormData(form, key));
    if (form.method === "post") go(url, { options: { method: "POST", body, cache: "no-store" } });
    else go(new URL(`?${body}`, url));
  });

  /* What a hand on the glass could do beside tapping: nothing. */
  const never = (event) => event.preventDefault();
  for (const name of ["contextmenu", "dragstart", "selectstart", "auxclick", "gesturestart", "drop", "dragover"]) {
    document.addEventListener(name, never);
  }
  document.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.matches?.("input, textarea");
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !/^F\d+$|^Browser|^ContextMenu$/.test(event.key);
    if (!isPlain || (event.key === "Backspace" && !isWriting)) event.preventDefault();
  });
  window.open = () => null;
  window.addEventListener("popstate", () => history.replaceState(null, "", path()));

  window.kiosk = Object.freeze({ base, go, show, back, tell, forget });
  document.addEventListener("DOMContentLoaded", () => tell("shown", { status: 200 }));
})();
