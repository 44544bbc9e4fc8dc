#!/bin/sh
# Are pages valid, and do they need nothing newer than the client floor (Chromium 70, iOS 12)?
#
#   bench/validity.sh BASE PATH...        for example: bench/validity.sh http://127.0.0.1:8000 / /v/12345671
#
# HTML by the Nu HTML checker (errors and warnings), the styles within each page by doiuse against caniuse's tables.
# Exit status: 0 clean, 1 findings, 2 could not run. Needs java, node (>= 18), npm and curl; the two tools are fetched
# once into var/validity/.
set -eu

[ $# -ge 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/var/validity
for tool in java node npm curl; do
  command -v "$tool" >/dev/null || { echo "validity.sh: no $tool; install default-jre-headless, nodejs, npm, curl" >&2; exit 2; }
done
if [ ! -f "$home/node_modules/vnu-jar/package.json" ] || [ ! -f "$home/node_modules/doiuse/package.json" ]; then
  mkdir -p "$home"
  npm install --prefix "$home" --no-audit --no-fund --loglevel error vnu-jar doiuse postcss >&2 || exit 2
fi

base=${1%/}; shift
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
for path; do
  name=$(printf %s "$path" | tr -c 'A-Za-z0-9_-' _)
  curl -sS -A 'Mozilla/5.0 (Linux; Android 9) Chrome/70.0' -o "$pages/$name.html" "$base$path" || exit 2
done

found=0
java -jar "$home"/node_modules/vnu-jar/build/dist/vnu.jar --exit-zero-always --format json "$pages"/*.html 2>"$pages/vnu.json" || true
NODE_PATH=$home/node_modules node - "$pages" <<'JS' || found=1
const fs = require("fs"), path = require("path");
const folder = process.argv[2];
const messages = JSON.parse(fs.readFileSync(path.join(folder, "vnu.json"), "utf8")).messages
  .filter(m => m.type === "error" || m.subType === "warning");
const found = new Set(messages.map(m => `${path.basename(m.url)}:${m.lastLine}: ${m.message}`));
// What an older browser leaves out without harm; each line says why.
const HARMLESS = {
  "css-text-wrap-balance": "breaks lines where they always did",
  "prefers-contrast": "more contrast for those who ask",
  "css-focus-visible": "its rule is dropped, so the outline stays",
  "css-page-break": "where a printed page ends; for paper only",
  "css-paged-media": "margins of paper only",
  "css-math-functions": "doiuse takes minmax() for max(); tests/house looks for min(), max() and clamp()",
};
const postcss = require("postcss"), doiuse = require("doiuse");
const styles = new Set(), check = doiuse({
  browsers: ["chrome 70", "ios_saf 12.0-12.1"],
  ignore: Object.keys(HARMLESS),
  onFeatureUsage: use => found.add("style: " + use.message.replace(/^.*?: /, "")),
});
for (const name of fs.readdirSync(folder).filter(n => n.endsWith(".html"))) {
  for (const [, text] of fs.readFileSync(path.join(folder, name), "utf8").matchAll(/<style>([^]*?)<\/style>/g)) styles.add(text);
}
for (const text of styles) postcss([check]).process(text, { from: undefined }).css;
for (const line of found) console.log(line);
console.log(`${fs.readdirSync(folder).filter(n => n.endsWith(".html")).length} pages, ${styles.size} style sheets, ${found.size ? "findings" : "clean"}`);
process.exit(found.size ? 1 : 0);
JS
exit $found
