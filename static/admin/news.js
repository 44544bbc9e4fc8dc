// What comes while a page is open is told without loading it anew: numbers of the menu, and calls from the halls.
const news = document.getElementById("news"), calls = document.getElementById("calls");
const plain = document.title;
const WORDS = "有人请求帮助", BLINK = 1000;
let known = new Set(), shown = "", blinking = 0, title = plain;

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

// What came is counted from the least that waited since the page was opened: what is done makes room for new.
function count(told) {
  let came = 0;
  const said = [];
  for (const mark of document.querySelectorAll("#menu [data-line]")) {
    const number = mark.firstElementChild, many = told[mark.dataset.line] ?? 0;
    const least = Math.min(many, Number(mark.dataset.least ?? number.textContent));
    mark.dataset.least = least;
    number.textContent = many;
    mark.hidden = !many;
    if (many === least) continue;
    came += many - least;
    const link = document.createElement("a"), line = mark.closest("a");
    link.href = line.href;
    link.className = "notice";
    link.textContent = `${line.firstChild.textContent.trim()}：新来 ${many - least} 件，去看`;
    said.push(link);
  }
  const words = said.map((link) => link.textContent).join("");
  if (words === news.textContent) return; // else it would be read aloud again
  news.replaceChildren(...said);
  title = came ? `新来 ${came} 件 · ${plain}` : plain;
  if (!blinking) document.title = title;
}

function ring(told) {
  const isNew = told.calls.some((call) => !known.has(call));
  known = new Set(told.calls);
  if (told.calls.join(" ") !== shown) { // else a button would be drawn anew under somebody's finger
    shown = told.calls.join(" ");
    calls.innerHTML = told.notices;
  }
  if (isNew) blink();
  if (!told.calls.length) still();
}

async function ask() {
  let told;
  try {
    const answer = await fetch(news.dataset.address, { redirect: "error", cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    told = await answer.json();
  } catch {
    return; // signed out, or the line is gone: the next page says so
  }
  count(told.counts);
  if (calls) ring(told);
}

if (news) {
  shown = calls?.dataset.calls ?? "";
  known = new Set(shown.split(" ").filter(Boolean).map(Number));
  for (const touched of ["pointerdown", "keydown"]) document.addEventListener(touched, still);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  setInterval(ask, 1000 * Number(news.dataset.every));
}
