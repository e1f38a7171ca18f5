#!/usr/bin/env bash
# Runs `make` with these arguments, a run of tests. What fails is run once more, alone: a test that passes then is named,
# so that it is mended.
set -euo pipefail
cd "$(dirname "$0")/.."

MAX_FAILED=10 # more than these are no accident
failed=$(mktemp)
again=$(mktemp)
trap 'rm -f "$failed" "$again"' EXIT

make "$@" ARGS="--failed-to=$failed" && exit 0
count=$(wc -l < "$failed")
# A run that ended otherwise than by failed tests names none.
if [ "$count" -eq 0 ] || [ "$count" -gt "$MAX_FAILED" ]; then
  exit 1
fi
mapfile -t tests < "$failed"
echo "Once more, alone: ${tests[*]}"
.venv/bin/python -m pytest --failed-to="$again" "${tests[@]}"
printf 'FLICKERED %s\n' "${tests[@]}"
