/* Prints what the server has laid out, in a frame that nobody sees. Each visitor has so many sheets.

   The frame goes nowhere: whatever a frame is sent to, the browser writes into its profile, with what was sent along. */
(() => {
  "use strict";
  const AWAY = 60000;
  let printed = 0;

  const say = (text) => {
    const line = document.querySelector("[data-printing]");
    if (line) line.textContent = text;
  };
  const refusal = (most, more) => (printed + more > most ? `每人最多打 ${most} 张，已经打了 ${printed} 张。还要的话，请找工作人员。` : "");

  /* What is somebody's own is asked for by POST, so that its address says nothing. */
  function laidOut(key) {
    const body = key.form && new URLSearchParams(new FormData(key.form));
    return fetch(key.form ? key.formAction : key.href, { method: body ? "POST" : "GET", body: body || undefined, cache: "no-store" });
  }

  async function print(frame, key, most) {
    const answer = await laidOut(key);
    const laid = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sheets = [...laid.querySelectorAll("img")];
    if (!answer.ok || !sheets.length) throw new Error(`answered ${answer.status}`);
    const told = refusal(most, sheets.length);
    if (told) return told;
    if (!frame.isConnected) return "";
    const paper = frame.contentDocument, style = new frame.contentWindow.CSSStyleSheet();
    style.replaceSync(laid.querySelector("style").textContent);
    paper.adoptedStyleSheets = [style];
    paper.body.replaceChildren(...sheets.map((each) => paper.adoptNode(each)));
    await Promise.all([...paper.images].map((each) => each.decode()));
    if (!frame.isConnected) return "";
    printed += sheets.length;
    kiosk.tell("printed", { pages: sheets.length });
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    setTimeout(() => frame.remove(), AWAY);
    frame.contentWindow.print();
    return "正在打印，请在下面取纸。";
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-paper]");
    if (!key) return;
    event.preventDefault();
    if (document.querySelector("iframe.paper") || key.getAttribute("aria-disabled") === "true") return;
    const most = Number(key.closest("[data-print]").dataset.most);
    const told = refusal(most, Number(key.dataset.pages ?? 1));
    if (told) {
      say(told);
      return;
    }
    const frame = Object.assign(document.createElement("iframe"), { className: "paper", title: "打印" });
    document.documentElement.append(frame);
    print(frame, key, most).catch(() => "现在打不了，请等一下再试，或者找工作人员。").then((words) => {
      if (!words.startsWith("正在")) frame.remove();
      say(words);
    });
  }, { capture: true });
  document.addEventListener("kiosk:wipe", () => {
    printed = 0;
    document.querySelector("iframe.paper")?.remove();
  });
})();
