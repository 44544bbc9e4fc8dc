/* Prints what the server has laid out, in a frame that nobody sees. Each visitor has so many sheets. */
(() => {
  "use strict";
  const AWAY = 60000;
  let printed = 0;

  const say = (text) => {
    const line = document.querySelector("[data-printing]");
    if (line) line.textContent = text;
  };

  function print(most, load) {
    const frame = document.createElement("iframe");
    const gone = () => frame.remove();
    frame.className = frame.name = "paper";
    frame.title = "打印";
    const shown = () => {
      const count = frame.contentDocument?.querySelectorAll("img").length ?? 0;
      const told = count ? refusal(most, count) : "现在打不了，请等一下再试，或者找工作人员。";
      if (told) {
        gone();
        say(told);
        return;
      }
      printed += count;
      frame.contentWindow.addEventListener("afterprint", gone);
      setTimeout(gone, AWAY);
      kiosk.tell("printed", { pages: count });
      say("正在打印，请在下面取纸。");
      frame.contentWindow.print();
    };
    document.documentElement.append(frame);
    frame.addEventListener("load", shown);
    load(frame);
  }

  const refusal = (most, more) => (printed + more > most ? `每人最多打 ${most} 张，已经打了 ${printed} 张。还要的话，请找工作人员。` : "");

  /* What is somebody's own is asked for by POST, so that its address says nothing. */
  function send(key, frame) {
    key.form.target = frame.name;
    key.form.action = key.formAction;
    key.form.submit();
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-paper]");
    if (!key) return;
    event.preventDefault();
    if (document.querySelector("iframe.paper") || key.getAttribute("aria-disabled") === "true") return;
    const most = Number(key.closest("[data-print]").dataset.most);
    const told = refusal(most, Number(key.dataset.pages ?? 1));
    if (told) say(told);
    else print(most, (frame) => (key.form ? send(key, frame) : frame.setAttribute("src", key.href)));
  }, { capture: true });
  document.addEventListener("kiosk:wipe", () => {
    printed = 0;
    document.querySelector("iframe.paper")?.remove();
  });
})();
