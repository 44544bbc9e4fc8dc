#!/bin/sh
# Does the interface answer as its own description (/api/openapi.json) says, whatever is asked?
#
#   bench/schema.sh BASE [schemathesis options]     for example: bench/schema.sh http://127.0.0.1:8000 --max-examples 200
#
# Schemathesis with all its checks: no server error, status, type, headers and shape of every answer, wrong
# parameters refused, right ones accepted, methods that are not described refused with an Allow header. What no
# schema can say of a parameter is in schema_hooks.py.
# Exit status: 0 clean, 1 findings, 2 could not run. Schemathesis is fetched once into var/schema/;
# SCHEMATHESIS_VERSION (4.32.5) chooses another version.
set -eu

[ $# -ge 1 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
version=${SCHEMATHESIS_VERSION:-4.32.5}
home=$root/var/schema/$version
base=${1%/}; shift
if [ ! -x "$home/bin/schemathesis" ]; then
  python3 -m venv "$home" || exit 2
  "$home/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" >&2 || exit 2
fi
cd "$home"
export SCHEMATHESIS_HOOKS=schema_hooks PYTHONPATH="$root/bench" SCHEMA_BASE="$base" PYTHONDONTWRITEBYTECODE=1
exec "$home/bin/schemathesis" run "$base/api/openapi.json" --url "$base" --checks all --max-examples 60 \
  --continue-on-failure --seed 1 "$@"
