/* Keeps the hall's own township at hand (kiosk/keeping.py says what), so that the screen goes on while the line or the
   server is away. Nothing is decided by the machine's clock, which may be wrong by a year. */
"use strict";
/* Another number only where what lies in it can no longer be read; all else is told by the tags. */
const NAME = "kept-1", TAG = "X-Kept-Tag", SIZE = "X-Kept-Size";
/* Milliseconds. A tap waits PATIENCE for the line where there is a copy, LONGEST where there is none. UNHEARD: less than
   the page waits for its pulse, as that it gives up says nothing of the line. */
const PATIENCE = 1500, LONGEST = 5000, UNHEARD = 4000, PROBE = 3000, PAUSE = 200, LANES = 2;
const base = new URL(self.registration.scope);
const LIST = new URL("keep.json", base), LATER = keyOf(new URL("later", base));
const PLAIN = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<title>请稍等</title><h1>这一页要等网络恢复</h1><p><a href="${base.pathname}">回首页</a></p>`;
let line = "here"; /* slow: answers come, but late. away: none come. */
let list; /* {hall, version, most, keep: key -> tag} as last heard; null where nothing is to be kept */
let recalled, looking, filling, probing, filled, state, tapping = 0;

class Trouble extends Error {}
const after = (ms) => new Promise((done) => setTimeout(done, ms));
const copyOf = (key) => caches.open(NAME).then((cache) => cache.match(key)).catch(() => undefined);
const isFresh = (answer) => answer.status === 200 && !/no-store/.test(answer.headers.get("Cache-Control"));

/* Under which address a copy lies: without the visitor's view, which is not the page's. */
function keyOf(url) {
  const query = new URLSearchParams(url.search);
  for (const view of ["large", "low"]) query.delete(view);
  return url.pathname + (String(query) && `?${query}`);
}

async function tell(word) {
  for (const client of await self.clients.matchAll()) client.postMessage(word);
}

function note(now) {
  const was = line;
  line = now;
  if (now === "away" && was !== "away") tell("lost");
  if (now !== "away" && was === "away") tell("back").then(work);
}

/* An answer of ours, whole; fails where none comes, and where the service is in trouble. The page of whoever owns the
   line is none of ours. */
async function ask(request, options) {
  const giveUp = new AbortController(), began = performance.now();
  const timer = setTimeout(() => giveUp.abort(), LONGEST);
  try {
    const answer = await fetch(request, { ...options, signal: giveUp.signal });
    if (answer.type === "opaqueredirect") return answer;
    if (!answer.headers.has("Content-Security-Policy")) throw new Error("none of ours");
    const headers = new Headers(answer.headers);
    headers.delete("Content-Encoding");
    const whole = answer.redirected ? answer : new Response(await answer.blob(), { status: answer.status, headers });
    note(performance.now() - began < PATIENCE ? "here" : "slow");
    if (answer.status >= 500) throw new Trouble();
    return whole;
  } catch (error) {
    if (!(error instanceof Trouble)) note("away");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function put(key, answer, tag) {
  const cache = await caches.open(NAME), body = await answer.blob(), headers = new Headers(answer.headers);
  headers.set(TAG, tag);
  headers.set(SIZE, body.size);
  await cache.put(key, new Response(body, { headers }));
  return body.size;
}

/* The copy of what a tap was answered: later, when the screen is drawn. */
async function follow(answer, url) {
  const key = keyOf(url);
  if (!list?.keep.has(key)) return;
  if (answer.status === 404 || answer.status === 410) await (await caches.open(NAME)).delete(key);
  else if (isFresh(answer) && key === url.pathname + url.search) await put(key, answer, list.keep.get(key));
}

/* What the server has to say to a tap. */
async function fresh(event, url) {
  tapping += 1;
  try {
    const answer = await ask(event.request);
    if (answer.redirected) return answer;
    const copy = answer.clone();
    event.waitUntil(after(PAUSE).then(() => follow(copy, url)).catch(() => {}));
    return answer;
  } finally {
    tapping -= 1;
  }
}

const later = async () => (await copyOf(LATER)) || new Response(PLAIN, { headers: { "Content-Type": "text/html" } });

/* A screen, or a picture on it; without either line or copy what stands in for it. */
async function screen(event, url, without = later) {
  const asked = line === "away" ? undefined : fresh(event, url);
  if (asked) event.waitUntil(asked.catch(() => {}));
  const [copy] = await Promise.all([copyOf(keyOf(url)), recall()]);
  if (!asked) return copy || without();
  if (!copy) return asked.catch(without);
  if (line === "slow") return copy;
  const patience = after(PATIENCE).then(() => copy);
  const first = await Promise.race([asked, patience]).catch(() => copy);
  if (first === copy && line === "here") line = "slow";
  return first;
}

/* The page asks every few seconds whether anybody is there; so the worker hears of it, and is kept awake. */
async function pulse(event) {
  const timer = setTimeout(note, UNHEARD, "away");
  try {
    const answer = await fetch(event.request);
    if (line === "away") event.waitUntil(work());
    const heard = await answer.clone().json().then((told) => told.state, () => state);
    if (state !== undefined && heard !== state) event.waitUntil(work()); /* paired, or revoked */
    state = heard;
    return answer;
  } catch {
    if (!event.request.signal.aborted) note("away");
    return Response.error();
  } finally {
    clearTimeout(timer);
  }
}

function probe() {
  probing ??= (async () => {
    while (line === "away") {
      await after(PROBE);
      await look();
    }
    await fill();
  })().finally(() => (probing = undefined));
  return probing;
}

const work = () => look().then(fill);

/* The list of an earlier run of this worker. */
function recall() {
  recalled ??= copyOf(LIST.pathname)
    .then((copy) => copy?.json())
    .then((told) => (list ??= told && read(told)))
    .catch(() => {});
  return recalled;
}

function read(told) {
  const keep = new Map(Object.entries(told.keep).map(([address, tag]) => [keyOf(new URL(address, base)), tag]));
  return { hall: told.hall, version: told.version, most: told.most_bytes, keep };
}

function look() {
  looking ??= (async () => {
    await recall();
    const answer = await ask(LIST, { cache: "no-cache" });
    const next = answer.ok ? read(await answer.clone().json()) : null;
    if (list && list.hall !== next?.hall) await caches.delete(NAME); /* another hall, or none: its copy goes */
    if (next && next.version === list?.version && (await copyOf(LIST.pathname))) return;
    list = next;
    filled = undefined;
    if (next) await put(LIST.pathname, answer, "");
  })().catch(() => {}).finally(() => (looking = undefined));
  return looking;
}

/* Fetches what is new, few at a time, slower than the server answers, and not while somebody waits for a screen. */
function fill() {
  filling ??= (async () => {
    while (list && filled !== list.version) await fillWith(list);
  })().catch(() => {}).finally(() => (filling = undefined));
  return filling;
}

async function fillWith(wanted) {
  const cache = await caches.open(NAME), waiting = [];
  let bytes = 0;
  for (const [key, tag] of wanted.keep) {
    const copy = await cache.match(key);
    if (copy?.headers.get(TAG) === tag) bytes += Number(copy.headers.get(SIZE));
    else waiting.push([key, tag]);
  }
  const lane = async () => {
    while (waiting.length && bytes < wanted.most && list === wanted) {
      const began = performance.now();
      try {
        bytes += await take(cache, wanted, ...waiting.shift());
      } catch (error) {
        if (error.name === "QuotaExceededError") waiting.length = 0; /* no more room: what is there is shown */
        else if (!(error instanceof Trouble)) throw error;
      }
      do await after(Math.max(PAUSE, 4 * (performance.now() - began)));
      while (tapping);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (list !== wanted) return;
  for (const { url } of await cache.keys()) {
    const key = keyOf(new URL(url));
    if (!wanted.keep.has(key) && key !== LIST.pathname) await cache.delete(url);
  }
  filled = wanted.version;
}

async function take(cache, wanted, key, tag) {
  const answer = await ask(key, { cache: "no-store" });
  if (list !== wanted) return 0; /* it may be for another hall by now */
  if (isFresh(answer) && !answer.redirected) return put(key, answer, tag);
  await cache.delete(key);
  return 0;
}

async function install() {
  const answer = await ask(LATER, { cache: "no-store" });
  if (isFresh(answer)) await put(LATER, answer, "");
}

async function activate() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.data === "look" && event.waitUntil(work()));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return;
  const name = url.pathname.slice(base.pathname.length);
  const isScreen = request.destination === "document" || (request.headers.get("Accept") || "").startsWith("text/html");
  let answer;
  if (name === "pulse") answer = pulse(event);
  else if (isScreen) answer = screen(event, url);
  else if (/\.js$/.test(name)) answer = copyOf(keyOf(url)).then((copy) => copy || fetch(request));
  else if (/\.webp$/.test(name)) answer = screen(event, url, () => Response.error());
  else return;
  event.respondWith(answer);
  event.waitUntil(answer.catch(() => {}).then(() => line === "away" && probe()));
});
