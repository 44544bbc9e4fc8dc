#!/bin/sh
# Lighthouse scores of one page, in one line.
#
#   bench/lighthouse.sh [--slow [devtools|simulate]] [--json FILE] URL [lighthouse options]
#
# Without --slow: Lighthouse's mobile defaults; the three scores must be 100.
# With --slow: slow 3G and a processor six times slower (simulated, or applied by the browser with
# `devtools`); LCP must be at most 2.5 s.
# Exit status: 0 the bar is met, 1 it is missed, 2 Lighthouse could not run.
#
# Needs node (>= 18.16), npm and chromium. Lighthouse is fetched once into var/lighthouse/;
# LIGHTHOUSE_VERSION chooses another version, CHROME_PATH another browser.
set -eu

version=${LIGHTHOUSE_VERSION:-12.8.2}
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/var/lighthouse/$version
slow='' out=''

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --slow) slow=simulate; shift
      case ${1:-} in devtools | simulate) slow=$1; shift ;; esac ;;
    --json) [ $# -ge 2 ] || usage; out=$2; shift 2 ;;
    http://* | https://*) break ;;
    *) usage ;;
  esac
done
[ $# -ge 1 ] || usage
url=$1; shift

CHROME_PATH=${CHROME_PATH:-$(command -v chromium || command -v google-chrome || true)}
export CHROME_PATH
[ -n "$CHROME_PATH" ] || { echo 'lighthouse.sh: no chromium; install it or set CHROME_PATH' >&2; exit 2; }
command -v node >/dev/null || { echo 'lighthouse.sh: no node; install nodejs and npm' >&2; exit 2; }
if [ ! -x "$home/node_modules/.bin/lighthouse" ]; then
  mkdir -p "$home"
  npm install --prefix "$home" --no-audit --no-fund --loglevel error "lighthouse@$version" >&2 || exit 2
fi

made=''
[ -n "$out" ] || { out=$(mktemp); made=$out; trap 'rm -f "$made"' EXIT; }
if [ -n "$slow" ]; then
  # rttMs and throughputKbps steer `simulate`; the other three steer `devtools` (its slow 3G preset).
  set -- --throttling-method="$slow" --throttling.cpuSlowdownMultiplier=6 \
    --throttling.rttMs=400 --throttling.throughputKbps=400 --throttling.requestLatencyMs=2000 \
    --throttling.downloadThroughputKbps=400 --throttling.uploadThroughputKbps=400 "$@"
fi
"$home/node_modules/.bin/lighthouse" "$url" --quiet --no-enable-error-reporting \
  --chrome-flags='--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync' \
  --only-categories=performance,accessibility,best-practices --output=json --output-path="$out" "$@" || exit 2

node -e '
const [file, slow] = process.argv.slice(1), found = JSON.parse(require("fs").readFileSync(file, "utf8"));
if (found.runtimeError) { console.error("lighthouse.sh: " + found.runtimeError.message); process.exit(2); }
const names = ["performance", "accessibility", "best-practices"];
const scores = names.map(n => Math.round(found.categories[n].score * 100));
const lcp = found.audits["largest-contentful-paint"].numericValue;
console.log(names.map((n, i) => n + " " + scores[i]).join("  ") + "  LCP " + (lcp / 1000).toFixed(2) + " s"
  + (slow ? "  (slow 3G, CPU x6, " + slow + ")" : ""));
process.exit((slow ? lcp <= 2500 : scores.every(s => s === 100)) ? 0 : 1);
' "$out" "$slow"
