/* The letters of find.html without a request for each: every village is in the page. */
(() => {
  "use strict";

  function made(name, attributes, ...content) {
    const element = Object.assign(document.createElement(name), attributes);
    element.append(...content);
    return element;
  }

  function show(box, typed) {
    const villages = JSON.parse(document.querySelector("[data-villages]").textContent);
    const following = new Set();
    const found = villages.filter(([, , , spelled]) => {
      const fitting = spelled.split(" ").filter((each) => each.startsWith(typed));
      for (const each of fitting) following.add(each[typed.length]);
      return fitting.length;
    });
    following.delete(undefined);
    const isFew = found.length <= Number(box.dataset.most) || !following.size;
    box.querySelector("b").textContent = typed.toUpperCase() || "请点字母";
    box.querySelector("span").textContent = `${found.length} 个村`;
    const [fewer, again] = box.querySelectorAll("[data-letters]");
    fewer.hidden = again.hidden = !typed;
    fewer.dataset.letters = typed.slice(0, -1);
    names(box.dataset.to, isFew ? found : []);
    for (const place of document.querySelectorAll(".letters li")) key(place, typed, following);
  }

  function names(to, found) {
    const keys = found.map(([code, name, township]) =>
      made("li", {}, made("a", { className: "v", href: to + code }, name, made("small", {}, township))));
    const notice = made("p", { className: "notice" }, "再点一两个字母，村名就会出来。");
    const shown = keys.length ? made("ul", { className: "grid wide" }, ...keys) : notice;
    document.querySelector(".reader").replaceChildren(shown);
  }

  function key(place, typed, following) {
    const letter = place.textContent.toLowerCase(), leadsOn = following.has(letter);
    const drawn = made(leadsOn ? "a" : "span", { className: leadsOn ? "key" : "key off" }, place.textContent);
    if (leadsOn) {
      drawn.href = location.pathname;
      drawn.dataset.letters = typed + letter;
    }
    place.replaceChildren(drawn);
  }

  document.addEventListener("click", (event) => {
    const tapped = event.target.closest("[data-letters]");
    if (!tapped) return;
    event.preventDefault();
    show(document.querySelector("[data-find]"), tapped.dataset.letters);
    kiosk.tell("turned");
  }, { capture: true });
})();
