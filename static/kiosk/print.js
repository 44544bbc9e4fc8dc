/* Prints what the server has laid out, in a frame that nobody sees. Each visitor has so many sheets. */
(() => {
  "use strict";
  const AWAY = 60000;
  let printed = 0;

  const say = (text) => {
    const line = document.querySelector("[data-printing]");
    if (line) line.textContent = text;
  };

  function print(address, pages) {
    const frame = document.createElement("iframe");
    const gone = () => frame.remove();
    frame.className = "paper";
    frame.title = "打印";
    frame.addEventListener("load", () => {
      if (!frame.contentDocument?.querySelector("img")) {
        gone();
        say("现在打不了，请等一下再试，或者找工作人员。");
        return;
      }
      printed += pages;
      frame.contentWindow.addEventListener("afterprint", gone);
      setTimeout(gone, AWAY);
      kiosk.tell("printed", { pages });
      say("正在打印，请在下面取纸。");
      frame.contentWindow.print();
    });
    frame.src = address;
    document.documentElement.append(frame);
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-paper]");
    if (!key) return;
    event.preventDefault();
    if (document.querySelector("iframe.paper") || key.getAttribute("aria-disabled") === "true") return;
    const pages = Number(key.dataset.pages);
    const most = Number(key.closest("[data-print]").dataset.most);
    if (printed + pages > most) say(`每人最多打 ${most} 张，已经打了 ${printed} 张。还要的话，请找工作人员。`);
    else print(key.href, pages);
  }, { capture: true });
  document.addEventListener("kiosk:wipe", () => {
    printed = 0;
    document.querySelector("iframe.paper")?.remove();
  });
})();
