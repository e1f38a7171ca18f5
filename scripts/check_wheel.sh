#!/usr/bin/env bash
# The wheel alone, without a checkout and without Node, must start and serve its page.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-0}" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
.venv/bin/uv pip install --quiet --compile-bytecode --python "$folder/venv/bin/python" --constraint requirements.lock dist/*.whl
cd "$folder"
"$folder/venv/bin/modelyard" up --port 0 --data-dir "$folder/data" > "$folder/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  url=$(sed -n 's/^Modelyard is at //p' "$folder/log")
  [ -n "$url" ] && break
  sleep 0.2
done
[ -n "$url" ] || { cat "$folder/log" >&2; echo "The wheel's server did not start." >&2; exit 1; }
"$folder/venv/bin/python" - "$url" <<'PY'
import sys, urllib.request
url = sys.argv[1]
assert b'"ok"' in urllib.request.urlopen(url + "/health").read()
page = urllib.request.urlopen(url + "/").read()
assert b"<script" in page, "the wheel does not carry the web page"
PY
echo "The wheel starts and serves its page."
