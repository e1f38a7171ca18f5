#!/usr/bin/env bash
# The committed description of the API, and the web page's client made from it, must be what the code says.
set -euo pipefail
.venv/bin/python -m modelyard.server openapi > web/openapi.json
(cd web && npm run --silent generate)
if [ -n "$(git status --porcelain -- web/openapi.json web/src/api/generated)" ]; then
  git --no-pager diff --stat -- web/openapi.json web/src/api/generated
  echo "The API changed: run 'make openapi' and commit web/openapi.json and web/src/api/generated." >&2
  exit 1
fi
