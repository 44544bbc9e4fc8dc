// Makes photographs smaller before they are sent: five megabytes take minutes on a slow line.
// For Chromium 70 and iOS 12. Where anything is missing or fails, a photograph is sent as it was chosen.
(function (d, w) {
var LONGEST = 1600, SMALL = 300000;
try {
if (!d.createElement("canvas").toBlob || !new File([], "a") || !new DataTransfer().items.add) { return; }
} catch (old) { return; }
// Where the browser turns a picture as the camera noted, it is drawn upright; else that note goes along.
var turns = w.getComputedStyle(d.body).imageOrientation === "from-image";
function noted(file, done) {
var reader = new FileReader();
reader.onerror = function () { done(null); };
reader.onload = function () {
var view = new DataView(reader.result), at = 2, length;
try {
while (view.getUint8(at) === 255) {
length = view.getUint16(at + 2) + 2;
if (view.getUint8(at + 1) === 225 && view.getUint32(at + 4) === 0x45786966) { return done([file.slice(at, at + length)]); }
at += length;
}
} catch (end) { at = 0; }
done([]);
};
reader.readAsArrayBuffer(file.slice(0, 200000));
}
function drawn(picture, file, done) {
var by = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight)), canvas = d.createElement("canvas");
canvas.width = Math.max(1, Math.round(picture.naturalWidth * by));
canvas.height = Math.max(1, Math.round(picture.naturalHeight * by));
var pen = canvas.getContext("2d");
pen.imageSmoothingQuality = "high";
pen.fillStyle = "#fff";
pen.fillRect(0, 0, canvas.width, canvas.height);
pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
canvas.toBlob(function (made) {
if (!made || made.type !== "image/jpeg") { return done(); }
if (turns) { return finish([]); }
noted(file, function (note) { if (note) { finish(note); } else { done(); } });
function finish(note) {
var parts = [made.slice(0, 2)].concat(note, made.slice(2));
var small = new File(parts, file.name.replace(/\.\w+$/, "") + ".jpg", {type: "image/jpeg"});
done(small.size < file.size ? small : null);
}
}, "image/jpeg", 0.8);
}
function shrunk(file, done) {
if (file.size < SMALL || !/^image\//.test(file.type) || file.type === "image/gif") { return done(); }
var reader = new FileReader(), picture = new Image();
reader.onerror = picture.onerror = function () { done(); };
reader.onload = function () { picture.src = reader.result; };
picture.onload = function () { try { drawn(picture, file, done); } catch (failed) { done(); } };
reader.readAsDataURL(file);
}
[].forEach.call(d.querySelectorAll("input[type=file]"), function (input) {
var line = d.createElement("small"), turn = 0, sets = false;
line.setAttribute("role", "status");
input.parentNode.insertBefore(line, input.nextSibling);
input.addEventListener("change", function () {
if (sets) { return; }
var mine = ++turn, files = [].slice.call(input.files), count = 0;
line.textContent = "";
function next(at) {
if (mine !== turn) { return; }
if (at === files.length) { line.textContent = count ? "照片已缩小，好传一些" : ""; return; }
shrunk(files[at], function (small) {
if (small && mine === turn) {
files[at] = small;
var chosen = new DataTransfer();
files.forEach(function (each) { chosen.items.add(each); });
sets = true;
input.files = chosen.files;
sets = false;
count += 1;
}
next(at + 1);
});
}
if (files.length) { line.textContent = "正在把照片缩小，请等一等……"; }
next(0);
});
});
})(document, window);
