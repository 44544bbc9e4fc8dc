// Writing: keeps what was typed, lets rows be pasted from a spreadsheet, files be dropped, articles be pasted.
// Everything here only helps; each button works without it.
(() => {
  const form = document.querySelector("form[data-write]");
  if (!form) return;
  document.documentElement.classList.add("scripted");
  const EVERY = 20000, HEARD = 45000;
  const said = document.getElementById("kept");
  let dirty = false, leaving = false;

  const send = async (act) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("act", act);
    // What the page asks by itself keeps nobody signed in who has gone.
    const headers = act === "here" ? { "X-By-Itself": "1" } : {};
    const answer = await fetch(form.action, { method: "POST", body: data, headers, keepalive: act === "autosave" && document.hidden });
    if (answer.redirected) throw new Error("登录到时间了，没有存下。请另开一个窗口重新登录，再回到这里保存");
    if (!answer.ok) throw new Error("刚才没有存下，请检查网络；不要关掉这一页");
    return answer.json();
  };
  const tellOthers = (names) => {
    const line = document.getElementById("others-now");
    if (document.querySelector("[data-others]")) return;
    line.hidden = !names.length;
    line.textContent = names.length ? `${names.join("、")}也开着这一条，可能正在改。` : "";
  };
  const autosave = async () => {
    if (leaving || !dirty) return;
    dirty = false;
    try {
      const answer = await send("autosave");
      said.textContent = `${answer.at} 已自动存下，还没有正式保存`;
      tellOthers(answer.others);
    } catch (error) {
      dirty = true;
      said.textContent = error instanceof TypeError ? "刚才没有存下，请检查网络；不要关掉这一页" : error.message;
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") { dirty = true; said.textContent = ""; }
    const grid = event.target.closest("[data-grid]");
    if (grid) total(grid);
  });
  form.addEventListener("submit", () => { leaving = true; });
  setInterval(autosave, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.hidden) autosave(); });
  const here = () => { if (!leaving && !document.hidden) send("here").then((a) => tellOthers(a.others)).catch(() => {}); };
  here();
  setInterval(here, HEARD);

  // Tables.
  const cells = (row) => [...row.querySelectorAll("td > input, td > select")];
  const addRow = (grid) => {
    const body = grid.querySelector("tbody"), last = body.lastElementChild, at = body.children.length;
    const row = last.cloneNode(true);
    row.querySelector("th").textContent = at + 1;
    for (const each of row.querySelectorAll(".error")) each.remove();
    for (const label of row.querySelectorAll("label")) label.textContent = label.textContent.replace(/\d+/, at + 1);
    for (const label of row.querySelectorAll("label")) label.htmlFor = label.htmlFor.replace(/-\d+-(?=[a-z_0-9]+$)/, `-${at}-`);
    for (const cell of cells(row)) {
      cell.name = cell.name.replace(/\.\d+\.(?=[a-z_0-9]+$)/, `.${at}.`);
      cell.id = cell.id.replace(/-\d+-(?=[a-z_0-9]+$)/, `-${at}-`);
      cell.value = "";
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
    }
    body.append(row);
    return row;
  };
  const fen = (text) => {
    const plain = text.replace(/[\s,，￥¥元]/g, "");
    return /^-?\d+(\.\d{1,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0;
  };
  const yuan = (value) => (value / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const sum = (grid, at) => [...grid.querySelectorAll("tbody tr")].reduce((all, row) => all + fen(cells(row)[at]?.value || ""), 0);
  const total = (grid) => {
    for (const cell of grid.querySelectorAll("[data-total]")) {
      if (cell.dataset.total !== "") cell.textContent = yuan(sum(grid, Number(cell.dataset.total)));
    }
  };
  for (const grid of form.querySelectorAll("[data-grid]")) {
    grid.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("td > input") || event.isComposing) return;
      event.preventDefault();
      const row = event.target.closest("tr"), at = cells(row).indexOf(event.target);
      const next = row.nextElementSibling;
      cells(next || addRow(grid))[next && at >= 0 ? at : 0].focus();
    });
    grid.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
      if (!event.target.matches("td > input, td > select") || !/[\t\n]/.test(text)) return;
      event.preventDefault();
      let row = event.target.closest("tr");
      const from = cells(row).indexOf(event.target);
      for (const line of text.split("\n")) {
        row ||= addRow(grid);
        const there = cells(row);
        line.split("\t").forEach((value, at) => { if (there[from + at]) there[from + at].value = value.trim(); });
        row = row.nextElementSibling;
      }
      dirty = true;
      total(grid);
    });
    grid.querySelector('button[value^="add:"]')?.addEventListener("click", (event) => {
      event.preventDefault();
      const first = addRow(grid);
      for (let more = 1; more < 5; more++) addRow(grid);
      cells(first)[0].focus();
    });
  }

  // Files by drop; what is chosen for reading in is read at once.
  for (const zone of form.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector('input[type="file"]'), button = zone.querySelector('.acts button[name="act"]:last-child');
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      form.requestSubmit(button);
    });
    input.addEventListener("change", () => { if (input.files.length) form.requestSubmit(button); });
  }
  for (const input of form.querySelectorAll("[data-send]:not([data-drop] *)")) {
    input.addEventListener("change", () => { if (input.files.length) form.requestSubmit(input.parentElement.querySelector("button")); });
  }

  // Articles: a surface to write on and paste into; the server cleans what comes.
  const KEPT = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "LI", "TABLE", "THEAD", "TBODY", "TR", "TD", "TH", "B", "STRONG", "I", "EM", "U", "BLOCKQUOTE", "A", "BR", "DIV", "SUB", "SUP"]);
  const GONE = "script,style,head,title,meta,link,template,svg,math,iframe,object,embed,img,video,audio,xml";
  const cleaned = (html) => {
    // Styles and handlers go first: even a document that is never shown reports each of them to the console.
    const plain = html.replace(/<style[^]*?<\/style>/gi, "").replace(/\s(?:style|on\w+)\s*=\s*("[^"]*"|'[^']*')/gi, " ");
    const page = new DOMParser().parseFromString(plain, "text/html");
    for (const each of page.querySelectorAll(GONE)) each.remove();
    for (const each of [...page.body.querySelectorAll("*")]) {
      for (const { name, value } of [...each.attributes]) {
        const stays = name === "colspan" || name === "rowspan" || (name === "href" && /^(https?|mailto|tel):/i.test(value));
        if (!stays) each.removeAttribute(name);
      }
      if (!KEPT.has(each.tagName)) each.replaceWith(...each.childNodes);
    }
    return page.body.innerHTML;
  };
  for (const area of form.querySelectorAll("textarea[data-rich]")) {
    const surface = document.createElement("div");
    surface.className = "surface";
    surface.contentEditable = "true";
    surface.setAttribute("role", "textbox");
    surface.setAttribute("aria-multiline", "true");
    surface.setAttribute("aria-label", area.labels[0].firstChild.textContent.trim());
    if (area.getAttribute("aria-invalid")) surface.setAttribute("aria-invalid", "true");
    const text = area.value.trim();
    surface.innerHTML = /<[a-z]/i.test(text) ? cleaned(text) : "";
    if (!surface.innerHTML) {
      for (const line of text.split("\n")) {
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        if (line.trim()) surface.append(paragraph);
      }
    }
    area.hidden = true;
    area.after(surface);
    area.labels[0].addEventListener("click", () => surface.focus());
    const copy = () => { area.value = surface.textContent.trim() ? surface.innerHTML : ""; };
    surface.addEventListener("input", copy);
    surface.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      if (!html) return;
      event.preventDefault();
      document.execCommand("insertHTML", false, cleaned(html));
      copy();
    });
  }
})();
