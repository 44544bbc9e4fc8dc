/* Long content in pages that are turned by a key: columns as wide as the room, one shown at a time. */
(() => {
  "use strict";
  const GAP = 60;
  let reader, turner, page, pages;

  function lay() {
    reader = document.querySelector(".reader");
    turner = document.querySelector("[data-turner]");
    if (!reader || !turner) return;
    page = 0;
    turner.hidden = false;
    reader.classList.add("paged");
    reader.style.columnWidth = `${reader.clientWidth}px`;
    pages = count();
    if (pages === 1) {
      turner.hidden = true;
      pages = count();
      turner.hidden = pages === 1;
    }
    show();
  }

  const count = () => Math.max(1, Math.round((reader.scrollWidth + GAP) / (reader.clientWidth + GAP)));

  function show() {
    reader.scrollLeft = page * (reader.clientWidth + GAP);
    turner.querySelector("[data-where]").textContent = `第 ${page + 1} 页，共 ${pages} 页`;
    for (const key of turner.querySelectorAll("[data-turn]")) {
      const to = page + Number(key.dataset.turn);
      key.disabled = to < 0 || to >= pages;
    }
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-turn]");
    if (!key) return;
    page = Math.min(Math.max(page + Number(key.dataset.turn), 0), pages - 1);
    show();
  });
  /* What has the focus may lie on another page. */
  document.addEventListener("focusin", (event) => {
    if (!reader?.contains(event.target) || event.target === reader) return;
    const offset = event.target.getBoundingClientRect().left - reader.getBoundingClientRect().left;
    page = Math.min(Math.max(page + Math.floor((offset + 1) / (reader.clientWidth + GAP)), 0), pages - 1);
    show();
  });
  document.addEventListener("kiosk:shown", lay);
  document.addEventListener("kiosk:turned", lay);
  window.addEventListener("resize", lay);
})();
