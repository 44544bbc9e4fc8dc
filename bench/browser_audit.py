#!/usr/bin/env python3
"""Front-end acceptance audit: real Chromium, four viewport profiles, one table.

    python bench/browser_audit.py http://127.0.0.1:5000 / /v/410923205201 --out shots
    python bench/browser_audit.py http://127.0.0.1:5000 /kiosk --profiles kiosk-portrait,kiosk-landscape

For each path and profile it takes a full-page screenshot, runs axe-core, and
looks for targets that are too small, horizontal overflow, text that is too
small, console errors, failed and external requests, then loads the page once
more with a cold cache under network and CPU throttling for LCP, CLS, TBT and
the bytes transferred.

Options: --nojs, --open, --offline, --pdf; profile paper-a4 is for printed pages.

Exit status: 0 clean, 1 violations, 2 a page or the browser could not be run.
Needs: playwright (PyPI), chromium (apt), axe.min.js (--axe, $AXE_JS, or the
copy inside PyPI axe-playwright-python, or node_modules/axe-core).
"""
import argparse
import glob
import importlib.util
import json
import os
import re
import statistics
import sys
import time
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--hide-scrollbars",
]
# (bytes per second down, bytes per second up, added latency in ms): the
# presets of Chromium's developer tools.
NETWORKS = {
    "slow-3g": (50_000, 50_000, 2000),
    "fast-3g": (180_000, 84_375, 562.5),
    "lan": (1_250_000, 1_250_000, 20),
}


@dataclass(frozen=True)
class Profile:
    name: str
    width: int
    height: int
    scale: float
    mobile: bool
    min_target: int       # CSS px, every interactive target
    primary_target: int   # CSS px, targets matching --primary
    min_font: float       # CSS px, visible text
    text_zoom: float      # like the text size setting of a WebView
    network: str
    cpu: int
    lcp_ms: int
    tbt_ms: int
    kbytes: int
    reach: float = 0.0    # share of the screen's height above a seated reach


PROFILES = {p.name: p for p in (
    Profile("phone-360x800", 360, 800, 2, True, 44, 60, 16, 1.0, "slow-3g", 6, 6000, 600, 150),
    Profile("phone-large-text", 360, 800, 2, True, 44, 60, 16, 2.0, "slow-3g", 6, 6000, 600, 150),
    Profile("kiosk-portrait", 1080, 1920, 1, False, 64, 96, 24, 1.0, "lan", 2, 2500, 300, 1500, 0.35),
    Profile("kiosk-landscape", 1920, 1080, 1, False, 64, 96, 24, 1.0, "lan", 2, 2500, 300, 1500),
    Profile("desk-1366x768", 1366, 768, 1, False, 44, 44, 14, 1.0, "lan", 1, 2500, 300, 600),
    Profile("desk-large-text", 1366, 768, 1, False, 44, 44, 14, 2.0, "lan", 1, 2500, 300, 600),
    Profile("staff-360x800", 360, 800, 2, True, 44, 44, 14, 1.0, "fast-3g", 4, 6000, 600, 300),
    Profile("paper-a4", 794, 1123, 2, False, 24, 24, 16, 1.0, "lan", 1, 2500, 300, 3000),
)}
DEFAULT = "phone-360x800,phone-large-text,kiosk-portrait,kiosk-landscape"

VITALS = """(() => {
  const v = {lcp: 0, lcpEl: '', cls: 0, fcp: 0, long: []};
  Object.defineProperty(window, '__audit', {value: v});
  const see = (type, f) => { try {
    new PerformanceObserver(l => l.getEntries().forEach(f)).observe({type, buffered: true});
  } catch (e) {} };
  see('largest-contentful-paint', e => { v.lcp = e.startTime;
    v.lcpEl = e.element ? e.element.tagName.toLowerCase() : ''; });
  see('layout-shift', e => { if (!e.hadRecentInput) v.cls += e.value; });
  see('paint', e => { if (e.name === 'first-contentful-paint') v.fcp = e.startTime; });
  see('longtask', e => v.long.push([e.startTime, e.duration]));
})()"""

# Multiplies the size of every text, px included, as WeChat's and Android's
# text size settings do.  Sizes are all read before any is written.
TEXT_ZOOM = """factor => {
  const all = [...document.body.querySelectorAll('*')];
  const sizes = all.map(e => parseFloat(getComputedStyle(e).fontSize));
  all.forEach((e, i) => e.style.setProperty('font-size', sizes[i] * factor + 'px', 'important'));
}"""

INSPECT = r"""opt => {
  const seen = e => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && s.visibility !== 'hidden' && s.display !== 'none'
      && +s.opacity > 0; };
  const clipped = e => { const r = e.getBoundingClientRect();   // visually hidden text
    return r.width <= 1 || r.height <= 1 || r.right < 0 || r.bottom + scrollY < 0; };
  const name = e => { let s = e.tagName.toLowerCase();
    if (e.id) return s + '#' + e.id;
    if (typeof e.className === 'string' && e.className.trim())
      s += '.' + e.className.trim().split(/\s+/).slice(0, 2).join('.');
    const t = (e.getAttribute('aria-label') || e.innerText || e.value || '').trim();
    return t ? s + ' "' + t.slice(0, 14).replace(/\s+/g, ' ') + '"' : s; };
  const union = (e, near) => {       // a target's box with its label's and children's
    let r = e.getBoundingClientRect(), l = r.left, t = r.top, b = r.bottom, x = r.right;
    const add = o => { const q = o.getBoundingClientRect(); if (!q.width || !q.height) return;
      l = Math.min(l, q.left); t = Math.min(t, q.top); x = Math.max(x, q.right); b = Math.max(b, q.bottom); };
    if (near) near.forEach(add);
    return {w: x - l, h: b - t, y: t + scrollY}; };
  const out = {small: [], primary: 0, high: [], overflow: [], tiny: [], clip: [], targets: 0};
  const sel = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],'
    + '[role=link],[role=tab],[role=checkbox],[role=radio],[onclick],[tabindex]:not([tabindex="-1"])';
  for (const e of document.querySelectorAll(sel)) {
    const labels = e.labels ? [...e.labels] : [];
    const shown = seen(e) && !clipped(e);
    if (!shown && !labels.some(l => seen(l) && !clipped(l))) continue;
    if (e.disabled || e.closest('[inert],[aria-hidden=true]')) continue;
    const main = opt.primary && (e.matches(opt.primary) || labels.some(l => l.matches(opt.primary)));
    // WCAG 2.5.8 excepts links inside a sentence.
    const p = e.parentElement, inline = e.tagName === 'A' && getComputedStyle(e).display === 'inline'
      && p && [...p.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 3);
    // A bare tabindex only makes a scrolling box reachable by keyboard.
    if (inline || !e.matches('a,button,input,select,textarea,summary,[role],[onclick]')) continue;
    out.targets++;
    const r = union(e, /^(checkbox|radio|file)$/.test(e.type) || !shown ? labels : null);
    const need = main ? opt.primaryMin : opt.min;
    if (main) out.primary++;
    if (r.w < need - .5 || r.h < need - .5)
      out.small.push(`${name(e)} ${Math.round(r.w)}x${Math.round(r.h)} < ${need}`);
    if (opt.reach && main && r.y + r.h / 2 < innerHeight * opt.reach) out.high.push(name(e));
  }
  const vw = document.documentElement.clientWidth, root = document.scrollingElement;
  out.pageWidth = Math.max(root.scrollWidth, document.body.scrollWidth);
  out.overflowPx = Math.max(0, out.pageWidth - vw);
  out.below = Math.max(0, root.scrollHeight - innerHeight);
  for (const e of document.body.querySelectorAll('*')) {
    if (!seen(e)) continue;
    const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (r.right > vw + 1 || r.left < -1) {
      let a = e.parentElement, held = s.position === 'fixed' && clipped(e);
      for (; a && a !== document.body && !held; a = a.parentElement)
        held = /auto|scroll|hidden|clip/.test(getComputedStyle(a).overflowX);
      if (!held && !clipped(e)) out.overflow.push(`${name(e)} to ${Math.round(r.right)}`);
    }
    const text = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!text || clipped(e)) continue;
    const px = parseFloat(s.fontSize);
    if (px < opt.minFont - .01 && !e.closest('[aria-hidden=true],svg,sup,sub')) out.tiny.push(`${name(e)} ${px}px`);
    if (/hidden|clip/.test(s.overflowX + s.overflowY)
        && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2)) out.clip.push(name(e));
  }
  return out;
}"""


@dataclass
class Result:
    path: str
    profile: str
    figures: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)   # (kind, text)
    warnings: list = field(default_factory=list)

    def bad(self, kind, items):
        self.problems += [(kind, i) for i in ([items] if isinstance(items, str) else items)]

    def warn(self, kind, items):
        self.warnings += [(kind, i) for i in ([items] if isinstance(items, str) else items)]

    def count(self, *kinds):
        return sum(1 for k, _ in self.problems if k in kinds)


def find_axe(given):
    spots = [given, os.environ.get("AXE_JS"), "node_modules/axe-core/axe.min.js"]
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec and spec.origin:
        spots.append(os.path.join(os.path.dirname(spec.origin), "axe.min.js"))
    spots += glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                    "*", "node_modules", "axe-core", "axe.min.js"))
    for spot in spots:
        if spot and os.path.isfile(spot):
            with open(spot, encoding="utf-8") as f:
                return f.read()
    sys.exit("browser_audit: axe.min.js not found (give --axe or set AXE_JS)")


def slug(path, profile):
    return (re.sub(r"[^0-9A-Za-z]+", "-", path).strip("-") or "home") + "." + profile


SIGNED_IN = {}


def sign_in(browser, base, name, password):
    """Sign in once; every page is then opened as that person."""
    ctx = browser.new_context()
    page = ctx.new_page()
    page.goto(urljoin(base, "admin/sign-in"))
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    SIGNED_IN["storage_state"] = ctx.storage_state()
    ctx.close()


def context(browser, prof, **extra):
    extra = SIGNED_IN | extra
    extra.setdefault("service_workers", "block")
    return browser.new_context(
        viewport={"width": prof.width, "height": prof.height},
        device_scale_factor=prof.scale, is_mobile=prof.mobile, has_touch=True,
        locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **extra)


def watch(page, base, res, allowed):
    """Collect console errors, failed requests and requests to other hosts."""
    host = urlsplit(base).netloc
    page.on("console", lambda m: m.type == "error" and res.bad("console", m.text[:160]))
    page.on("pageerror", lambda e: res.bad("console", str(e)[:160]))

    def on_request(req):
        u = urlsplit(req.url)
        if u.scheme in ("http", "https", "ws", "wss") and u.netloc != host and u.netloc not in allowed:
            res.bad("external", req.url[:120])

    def on_response(resp):
        if resp.status >= 400 and resp.request.resource_type != "document":
            res.bad("failed", f"{resp.status} {resp.url[:120]}")

    page.on("request", on_request)
    page.on("response", on_response)
    page.on("requestfailed", lambda r: res.bad("failed", f"{r.failure or 'failed'} {r.url[:120]}"))


def go(page, url, res, timeout=60_000):
    resp = page.goto(url, wait_until="load", timeout=timeout)
    if resp is not None and resp.status >= 400:
        res.bad("status", f"HTTP {resp.status}")
    return resp


def look(browser, base, path, prof, opt, axe_js, res):
    """Unthrottled visit: screenshot, axe, targets, overflow, text sizes."""
    ctx = context(browser, prof)
    page = ctx.new_page()
    watch(page, base, res, opt.allow)
    go(page, urljoin(base, path), res)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(opt.settle)
    res.figures["text"] = len(page.evaluate("document.body.innerText.trim()"))
    if opt.open:
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    if prof.text_zoom != 1:
        page.evaluate(TEXT_ZOOM, prof.text_zoom)
    # Measured before the full-page screenshot, which resizes the viewport.
    seen = page.evaluate(INSPECT, {"min": prof.min_target, "primaryMin": prof.primary_target,
                                   "primary": opt.primary, "minFont": prof.min_font,
                                   "reach": prof.reach})
    page.evaluate(axe_js)
    rules = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
    for r in opt.ignore_axe:
        rules[r] = {"enabled": False}
    axe = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", rules)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=os.path.join(opt.out, slug(path, prof.name) + ".png"), full_page=True)
    if opt.pdf:
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        with open(os.path.join(opt.out, slug(path, prof.name) + ".pdf"), "wb") as f:
            f.write(pdf)
        res.figures["pdf_pages"] = len(re.findall(rb"/Type\s*/Page\b", pdf))
    res.figures["title"] = page.title()
    ctx.close()

    for v in axe["violations"]:
        soft = v["id"] == "color-contrast-enhanced" and opt.contrast < 7
        put = res.warn if soft else res.bad
        put("axe", [f"{v['id']} [{v['impact']}] {n['target'][-1] if n['target'] else ''}"
                    for n in v["nodes"]])
    res.bad("target", seen["small"])
    res.bad("overflow", seen["overflow"] or
            ([f"page is {seen['overflowPx']}px too wide"] if seen["overflowPx"] > 1 else []))
    res.bad("tiny-text", sorted(set(seen["tiny"])))
    (res.bad if prof.text_zoom > 1 else res.warn)("clipped", seen["clip"])
    res.warn("reach", seen["high"])
    if not prof.mobile and seen["below"] > 1:
        res.warn("scroll", f"page is {seen['below']}px taller than the screen")
    if opt.primary and not seen["primary"]:
        res.warn("primary", f"nothing on the page matches {opt.primary}")
    res.figures["targets"] = seen["targets"]


def measure(browser, base, path, prof, opt, res):
    """Cold, throttled visits: LCP, CLS, TBT, bytes; the median of --runs."""
    down, up, latency = NETWORKS[opt.network or prof.network]
    cpu = opt.cpu or prof.cpu
    runs = []
    for _ in range(opt.runs):
        ctx = context(browser, prof)
        page = ctx.new_page()
        page.add_init_script(VITALS)
        cdp = ctx.new_cdp_session(page)
        got = {"bytes": 0, "requests": 0}
        cdp.on("Network.loadingFinished", lambda e: got.update(bytes=got["bytes"] + e["encodedDataLength"]))
        cdp.on("Network.requestWillBeSent", lambda e: got.update(requests=got["requests"] + 1)
               if not e["request"]["url"].startswith("data:") else None)
        cdp.send("Network.enable")
        cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        cdp.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": latency, "downloadThroughput": down, "uploadThroughput": up})
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        start = time.monotonic()
        page.goto(urljoin(base, path), wait_until="load", timeout=120_000)
        page.wait_for_timeout(opt.settle + 700)
        v = page.evaluate("window.__audit")
        tbt = sum(max(0, d - 50) for s, d in v["long"] if s + d > v["fcp"])
        runs.append({"lcp": v["lcp"], "fcp": v["fcp"], "cls": v["cls"], "tbt": tbt,
                     "kb": got["bytes"] / 1000, "requests": got["requests"],
                     "wall": time.monotonic() - start, "lcp_element": v["lcpEl"]})
        ctx.close()
    for k in ("lcp", "fcp", "cls", "tbt", "kb", "requests"):
        res.figures[k] = statistics.median(r[k] for r in runs)
    f = res.figures
    if not f["lcp"]:
        res.warn("lcp", "no LCP entry (blank page?)")
    for kind, value, limit, unit in (("lcp", f["lcp"], prof.lcp_ms, "ms"), ("tbt", f["tbt"], prof.tbt_ms, "ms"),
                                     ("bytes", f["kb"], prof.kbytes, "kB"), ("cls", f["cls"], 0.1, "")):
        if value > limit:
            res.bad(kind, f"{value:.4g}{unit} > {limit}{unit}")


def without_js(browser, base, path, prof, res):
    ctx = context(browser, prof, java_script_enabled=False)
    page = ctx.new_page()
    go(page, urljoin(base, path), res)
    text = len(page.locator("body").inner_text().strip())
    ctx.close()
    res.figures["nojs_text"] = text
    if text < 0.7 * res.figures.get("text", 0):
        res.bad("nojs", f"only {text} of {res.figures['text']} characters shown without JavaScript")


def offline(browser, base, path, prof, res):
    """Visit, let the service worker take over, cut the network, reload."""
    ctx = context(browser, prof, service_workers="allow")
    page = ctx.new_page()
    go(page, urljoin(base, path), res)
    try:
        page.evaluate("""() => Promise.race([navigator.serviceWorker.ready.then(() => true),
            new Promise((_, no) => setTimeout(() => no(new Error('no service worker in 5 s')), 5000))])""")
        page.reload(wait_until="load")
        ctx.set_offline(True)
        page.reload(wait_until="load", timeout=15_000)
        if len(page.locator("body").inner_text().strip()) < 20:
            res.bad("offline", "blank when offline")
    except PlaywrightError as e:
        res.bad("offline", str(e).splitlines()[0][:140])
    ctx.close()


def table(results):
    head = ["path", "profile", "axe", "small", "overfl", "text", "consol", "extern", "kB", "req",
            "LCP ms", "CLS", "TBT", "warn", "verdict"]
    rows = [head]
    for r in results:
        f = r.figures
        rows.append([r.path, r.profile, r.count("axe"), r.count("target"), r.count("overflow"),
                     r.count("tiny-text", "clipped"), r.count("console", "failed", "status"),
                     r.count("external"), f"{f.get('kb', 0):.1f}", int(f.get("requests", 0)),
                     f"{f.get('lcp', 0):.0f}", f"{f.get('cls', 0):.3f}", f"{f.get('tbt', 0):.0f}",
                     len(r.warnings), "FAIL" if r.problems else "ok"])
    width = [max(len(str(row[i])) for row in rows) for i in range(len(head))]
    for n, row in enumerate(rows):
        print("  ".join(str(c).ljust(w) if i < 2 else str(c).rjust(w)
                        for i, (c, w) in enumerate(zip(row, width))))
        if not n:
            print("  ".join("-" * w for w in width))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("base")
    ap.add_argument("paths", nargs="+")
    ap.add_argument("--profiles", default=DEFAULT, help="comma-separated: " + ", ".join(PROFILES))
    ap.add_argument("--out", default="var/audit")
    ap.add_argument("--sign-in", metavar="NAME:PASSWORD", help="look at staff pages as this person")
    ap.add_argument("--axe")
    ap.add_argument("--chromium", default=os.environ.get("CHROME_PATH", "/usr/bin/chromium"))
    ap.add_argument("--primary", default=".tile,.btn,[data-primary]", help="CSS of the main targets")
    ap.add_argument("--min-target", type=int, help="override the profiles' size for every target")
    ap.add_argument("--contrast", type=float, choices=(4.5, 7), default=7)
    ap.add_argument("--ignore-axe", action="append", default=[], metavar="RULE")
    ap.add_argument("--allow", action="append", default=[], metavar="HOST[:PORT]")
    ap.add_argument("--network", choices=NETWORKS, help="override the profiles' network")
    ap.add_argument("--cpu", type=int, help="override the profiles' CPU slowdown")
    ap.add_argument("--runs", type=int, default=1, help="throttled loads; the median counts")
    ap.add_argument("--settle", type=int, default=300, help="ms to wait after load")
    ap.add_argument("--no-perf", action="store_true")
    ap.add_argument("--nojs", action="store_true", help="the page must also be readable without JavaScript")
    ap.add_argument("--open", action="store_true", help="open every folded part (details) before looking")
    ap.add_argument("--offline", action="store_true", help="the page must reload offline (service worker)")
    ap.add_argument("--pdf", action="store_true", help="also print each page to PDF")
    ap.add_argument("--json", help="write the results there too")
    opt = ap.parse_args()
    try:
        chosen = [PROFILES[n] for n in opt.profiles.split(",")]
    except KeyError as e:
        ap.error(f"no profile {e}")
    if opt.min_target:
        chosen = [replace(p, min_target=opt.min_target) for p in chosen]
    os.makedirs(opt.out, exist_ok=True)
    axe_js, base, results, broken = find_axe(opt.axe), opt.base.rstrip("/") + "/", [], False
    with sync_playwright() as pw:
        try:
            browser = pw.chromium.launch(executable_path=opt.chromium, headless=True, args=CHROMIUM_ARGS)
        except PlaywrightError as e:
            print("browser_audit: cannot start the browser:", str(e).splitlines()[0], file=sys.stderr)
            return 2
        if opt.sign_in:
            sign_in(browser, base, *opt.sign_in.split(":", 1))
        for path in opt.paths:
            for prof in chosen:
                res = Result(path, prof.name)
                results.append(res)
                rel = path.lstrip("/")
                try:
                    look(browser, base, rel, prof, opt, axe_js, res)
                    if not opt.no_perf:
                        measure(browser, base, rel, prof, opt, res)
                    if opt.nojs:
                        without_js(browser, base, rel, prof, res)
                    if opt.offline:
                        offline(browser, base, rel, prof, res)
                except PlaywrightError as e:
                    broken = True
                    res.bad("broken", str(e).splitlines()[0][:160])
        browser.close()
    table(results)
    for r in results:
        for tag, items in (("FAIL", r.problems), ("warn", r.warnings)):
            for kind, text in dict.fromkeys(items):
                print(f"{tag}  {r.path}  {r.profile}  {kind}: {text}")
    if opt.json:
        with open(opt.json, "w", encoding="utf-8") as f:
            json.dump([vars(r) for r in results], f, ensure_ascii=False, indent=1)
    return 2 if broken else 1 if any(r.problems for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
