// One button that ticks every box of its group or form that may be ticked, or none.
for (const button of document.querySelectorAll("[data-choose]")) {
  const boxes = [...(button.closest("fieldset") ?? button.form).querySelectorAll("input[type=checkbox]:not(:disabled)")];
  button.hidden = boxes.length === 0;
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    button.textContent = all ? "全部打勾" : "全部不选";
  });
}
