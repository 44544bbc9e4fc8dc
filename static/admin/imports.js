// The form says at once that it is sending, and takes a file that is dropped on it.
const form = document.querySelector("[data-upload]");
const file = form.querySelector("input[type=file]");
form.addEventListener("submit", () => {
  form.querySelector("[data-progress]").textContent = "正在上传，请不要关闭这一页……";
});
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length === 1) file.files = event.dataTransfer.files;
});
