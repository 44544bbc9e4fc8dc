// Somebody in a hall asks for a person: every page learns of it without being loaded anew, and its title blinks.
const notices = document.getElementById("calls");
const title = document.title;
const WORDS = "有人请求帮助", EVERY = 15000, BLINK = 1000;
let known = new Set(), shown = "", blinking = 0;

function still() {
  clearInterval(blinking);
  blinking = 0;
  document.title = title;
}

function blink() {
  if (blinking) return;
  document.title = WORDS;
  blinking = setInterval(() => { document.title = document.title === WORDS ? title : WORDS; }, BLINK);
}

async function ask() {
  let told;
  try {
    const answer = await fetch(notices.dataset.address, { redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    told = await answer.json();
  } catch {
    return; // signed out, or the line is gone: the next page says so
  }
  const isNew = told.calls.some((call) => !known.has(call));
  known = new Set(told.calls);
  if (told.calls.join(" ") !== shown) { // else a button would be drawn anew under somebody's finger
    shown = told.calls.join(" ");
    notices.innerHTML = told.notices;
  }
  if (isNew) blink();
  if (!told.calls.length) still();
}

if (notices) {
  shown = notices.dataset.calls;
  known = new Set(shown.split(" ").filter(Boolean).map(Number));
  for (const touched of ["pointerdown", "keydown"]) document.addEventListener(touched, still);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  setInterval(ask, EVERY);
}
