// Keeps what is typed into a form to the government in this tab until it has arrived: the line may break at any time.
// For Chromium 70 and iOS 12. The form works without it; where nothing can be kept, nothing is.
(function (d, s) {
var form = d.querySelector("form[data-keep]"), done = d.querySelector("[data-kept]"), typed, name;
function each(work) {
[].forEach.call(form.querySelectorAll("textarea, input[type=text], input[type=tel], input[type=email]"), function (field) {
if (field.name && field.name !== "website") { work(field); }
});
}
try {
if (done) { for (name in s) { if (name.indexOf("cases ") === 0) { s.removeItem(name); } } }
if (!form) { return; }
name = "cases " + form.getAttribute("data-keep");
typed = JSON.parse(s.getItem(name) || "{}");
each(function (field) { if (!field.value && typed[field.name]) { field.value = typed[field.name]; } });
form.addEventListener("input", function () {
typed = {};
each(function (field) { typed[field.name] = field.value; });
try { s.setItem(name, JSON.stringify(typed)); } catch (full) { return; }
});
} catch (closed) { return; }
})(document, window.sessionStorage);
