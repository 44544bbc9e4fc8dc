/* The keyboard of the touchscreen, for fields with data-keyboard="pinyin" or "number". It opens when a field is tapped and
   stands above the frame's keys; the system's own keyboard never comes up. Nothing typed is kept, not even an order of
   words, and with the document all of it is gone. data-done names the key that ends: 搜索 or 完成; it sends the form where
   the field has data-send. data-offer has words, parted by spaces, for a field in which nothing is being typed. */
(() => {
  "use strict";
  const HOLD = 450, AGAIN = 90, LATER = 10000, RETRY = 3000;
  const ROWS = {
    pinyin: ["qwertyuiop", "asdfghjkl", "<zxcvbnm>"],
    letters: ["1234567890", "qwertyuiop", "asdfghjkl", "<zxcvbnm>"],
    strokes: ["一丨丿", "丶乛*", "<>"],
    signs: ["，。？！、：；（", "）“”-—/.@", "<>"],
    number: ["123", "456", "789", "X0-", "<>"],
  };
  const LAYERS = { pinyin: "拼音", strokes: "笔画", letters: "数字字母", signs: "标点" };
  const NAMES = { "<": "清空", ">": "退格", 一: "横", 丨: "竖", 丿: "撇", 丶: "点", 乛: "折", "*": "不清楚" };
  const HINTS = {
    pinyin: "点拼音字母。“低保”点 dibao，点 db 也行",
    strokes: "照写字的先后点笔画，写几画就行",
  };

  let field = null, board = null, layer = "pinyin";
  let typed = "", found = [], page = 0, pages = [];
  let engines = null, waiting = null, held = 0, heldLong = false;

  const make = (tag, name, text, values = {}) => {
    const element = Object.assign(document.createElement(tag), { className: name });
    if (text) element.textContent = text;
    Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  };
  const button = (name, text, values) => make("button", name, text, { type: "button", ...values });
  const part = (name) => board.querySelector(`.${name}`);
  const isFound = () => layer === "pinyin" || layer === "strokes";

  /* The dictionary is fetched for the first field, or for later when nobody is waiting for anything. */
  async function load() {
    const address = document.querySelector("meta[name=words]")?.content;
    if (engines || waiting || !address) return;
    waiting = true;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.status === 200) {
        const text = await answer.text();
        engines = { pinyin: Pinyin(text), strokes: Strokes(text) };
      }
    } catch { /* The line is away; it is asked again. */ }
    waiting = null;
    if (engines) look();
    else if (field) setTimeout(load, RETRY);
  }

  function open(wanted) {
    if (field === wanted && board?.isConnected) return;
    field = wanted;
    load();
    layer = field.dataset.keyboard === "number" ? "number" : layer === "number" ? "pinyin" : layer;
    board?.remove();
    board = make("section", "board-keys", "", { "aria-label": "屏幕键盘" });
    // Else the tap that closes the keyboard would hit what then stands in its place.
    board.addEventListener("touchend", (event) => event.preventDefault(), { passive: false });
    document.body.insertBefore(board, document.querySelector("body > nav.keys"));
    document.documentElement.classList.add("typing");
    draw();
    field.scrollIntoView({ block: "nearest" });
  }

  function close() {
    letGo();
    typed = "";
    found = [];
    field = null;
    board?.remove();
    board = null;
    document.documentElement.classList.remove("typing");
  }

  function draw() {
    typed = "";
    board.dataset.layer = layer;
    const keys = make("div", "rows");
    for (const row of ROWS[layer]) {
      const line = make("div", "row");
      for (const sign of row) line.append(key(sign));
      keys.append(line);
    }
    const last = make("div", "row");
    if (layer !== "number") {
      for (const [name, text] of Object.entries(LAYERS)) {
        last.append(button("layer", text, { "data-layer": name, "aria-pressed": String(name === layer) }));
      }
    }
    last.append(button("done", field.dataset.done || "完成", { "data-do": "done" }));
    keys.append(last);
    const offer = make("div", "offer");
    offer.append(make("p", "spelt", "", { role: "status" }), make("ol", "words"));
    offer.append(button("leaf", "◀", { "data-leaf": "-1", "aria-label": "上一页字词" }), button("leaf", "▶", { "data-leaf": "1", "aria-label": "下一页字词" }));
    board.replaceChildren(offer, keys);
    offer.hidden = !isFound();
    look();
  }

  function key(sign) {
    const name = NAMES[sign];
    if (sign === "<" || sign === ">") return button("act", name, { "data-do": sign === "<" ? "clear" : "erase" });
    const made = button("sign", sign === "*" ? "？" : sign, { "data-sign": sign });
    if (name) made.append(make("small", "", name));
    else if (sign === "v" && layer === "pinyin") made.append(make("small", "", "ü"));
    return made;
  }

  /* What the letters or strokes may mean, laid out in pages; the rooms of words are reckoned, not measured one by one. */
  function look() {
    if (!board || !isFound()) return;
    found = engines && typed ? engines[layer].candidates(typed) : offered();
    const room = part("words"), style = getComputedStyle(room), size = parseFloat(style.fontSize);
    const gap = 8, least = 104, rows = Math.max(1, Math.floor((room.clientHeight + gap) / (96 + gap)));
    pages = [[]];
    let left = room.clientWidth, row = 1;
    for (const each of found) {
      const wide = Math.min(room.clientWidth, Math.max(least, 44 + size * each.text.length));
      if (left < wide) {
        left = room.clientWidth;
        row += 1;
        if (row > rows) {
          pages.push([]);
          row = 1;
        }
      }
      left -= wide + gap;
      pages.at(-1).push(each);
    }
    page = 0;
    show();
  }

  const offered = () => (typed || field.value || !field.dataset.offer ? [] : field.dataset.offer.split(" ").map((text) => ({ text, used: 0 })));

  function show() {
    const choices = pages[page].map((each, at) => {
      const item = make("li", "");
      item.append(button("word", each.text, { "data-pick": String(at) }));
      return item;
    });
    part("words").replaceChildren(...choices);
    part("spelt").textContent = typed ? told() : engines || !waiting ? HINTS[layer] : "字词正在准备，请稍等";
    part("spelt").classList.toggle("hint", !typed);
    const [before, after] = board.querySelectorAll(".leaf");
    before.disabled = page === 0;
    after.disabled = page >= pages.length - 1;
  }

  function told() {
    if (!engines) return `${typed}　字词正在准备，请稍等`;
    const shown = layer === "strokes" ? [...typed].map((sign) => (sign === "*" ? "？" : sign)).join(" ") : typed;
    return found.length ? shown : `${shown}　没有这样的字，请退格`;
  }

  /* Puts text where the caret is, as far as there is room. */
  function put(text) {
    const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    const room = field.maxLength < 0 ? text.length : Math.max(0, field.maxLength - field.value.length + to - from);
    if (room) field.setRangeText([...text].slice(0, room).join(""), from, to, "end");
    tell();
  }

  const tell = () => field.dispatchEvent(new Event("input", { bubbles: true }));

  function pick(at) {
    const { text, used } = pages[page][at];
    typed = typed.slice(used);
    put(text);
    look();
  }

  /* One letter, else one character; false where a held key should stop: what it meant to erase is gone. */
  function erase() {
    if (typed) {
      typed = typed.slice(0, -1);
      look();
      return typed !== "";
    }
    let [from, to] = [field.selectionStart, field.selectionEnd];
    if (from === to) from = Math.max(0, from - ([...field.value.slice(0, to)].at(-1) || "").length);
    field.setRangeText("", from, to, "end");
    tell();
    look();
    return from > 0;
  }

  function clear() {
    if (!typed) {
      field.value = "";
      tell();
    }
    typed = "";
    look();
  }

  function done() {
    const form = field.form, sends = "send" in field.dataset;
    if (typed && isFound() && pages[0].length) {
      page = 0;
      while (typed && pages[0].length) pick(0);
    }
    field.blur();
    close();
    if (sends) form?.requestSubmit();
  }

  function press({ sign, pick: at, leaf, layer: next, do: act }) {
    if (sign && isFound()) {
      if (typed.length < 40) typed += sign;
      look();
    } else if (sign) put(sign);
    else if (at) pick(Number(at));
    else if (leaf) {
      page += Number(leaf);
      show();
    } else if (next) {
      layer = next;
      draw();
    } else ({ clear, erase, done })[act]();
  }

  function hold(what) {
    heldLong = false;
    held = setTimeout(function again() {
      heldLong = true;
      if (what.isConnected && erase()) held = setTimeout(again, AGAIN);
    }, HOLD);
  }

  function letGo() {
    clearTimeout(held);
  }

  /* A finger may shake on the key: what counts is where it came down and that it is still there when it leaves. */
  let down = null;
  document.addEventListener("pointerdown", (event) => {
    const inside = event.target.closest?.(".board-keys");
    if (!inside) return;
    event.preventDefault();
    down = event.target.closest("button:enabled");
    down?.classList.add("down");
    if (down?.dataset.do === "erase") hold(down);
  });
  document.addEventListener("pointerup", (event) => {
    const over = down && document.elementFromPoint(event.clientX, event.clientY)?.closest("button") === down;
    const pressed = down;
    release();
    if (over && !(pressed.dataset.do === "erase" && heldLong)) press(pressed.dataset);
  });
  document.addEventListener("pointercancel", release);
  function release() {
    letGo();
    down?.classList.remove("down");
    down = null;
  }
  /* Without a finger: what reads the screen presses a key by itself. */
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.(".board-keys button:enabled");
    if (pressed && event.detail === 0) press(pressed.dataset);
  });
  document.addEventListener("mousedown", (event) => event.target.closest?.(".board-keys") && event.preventDefault());

  const wants = (element) => element?.matches?.("[data-keyboard]") && !element.disabled && !element.readOnly;
  document.addEventListener("focusin", (event) => wants(event.target) && open(event.target));
  document.addEventListener("focusout", () => setTimeout(() => field && !wants(document.activeElement) && !board?.contains(document.activeElement) && close()));
  document.addEventListener("kiosk:shown", () => {
    close();
    const fields = document.querySelectorAll("[data-keyboard]");
    for (const each of fields) Object.assign(each, { inputMode: "none", autocomplete: "off", spellcheck: false });
    if (fields.length) load();
    document.querySelector("[data-keyboard][autofocus]")?.focus();
  });
  document.addEventListener("kiosk:turned", look);
  window.addEventListener("resize", look);
  document.addEventListener("kiosk:wipe", () => {
    for (const each of document.querySelectorAll("[data-keyboard]")) each.value = "";
    close();
    layer = "pinyin";
    engines = null;
  });
  setTimeout(load, LATER);
})();
