#!/usr/bin/env bash
# Makes .venv-mlflow-<version> with the unmodified MLflow client that the protocol is tested with; answers its Python.
# usage: mlflow_client.sh [3.18.0|2.22.4]
set -euo pipefail
cd "$(dirname "$0")/.."
VERSION="${1:-3.18.0}"
ENVIRONMENT="${MODELYARD_MLFLOW_VENVS:-$PWD/.venv-mlflow}-$VERSION"
# Tests run side by side: the first makes it, the others wait.
if command -v flock >/dev/null; then
  exec 9>"$ENVIRONMENT.lock"
  flock 9
fi
if [ ! "$ENVIRONMENT/.ready" -nt scripts/mlflow_client.sh ]; then
  UV="$(command -v uv || echo .venv/bin/uv)"
  "$UV" venv --quiet --clear --python .venv/bin/python "$ENVIRONMENT"
  if [ "$VERSION" = 3.18.0 ]; then
    "$UV" pip install --quiet --python "$ENVIRONMENT/bin/python" "mlflow==3.17.2" "pytest>=9" "psutil>=7" "lightgbm>=4"
    # 3.18.0 differs in its own files alone; its dependencies are those of 3.17.2.
    "$UV" pip install --quiet --python "$ENVIRONMENT/bin/python" --no-deps --reinstall-package mlflow "mlflow==3.18.0"
  else
    # With a later OpenTelemetry this client ends no trace: its span processor lacks what that looks at.
    "$UV" pip install --quiet --python "$ENVIRONMENT/bin/python" "mlflow==$VERSION" "opentelemetry-sdk<1.36" pytest
  fi
  touch "$ENVIRONMENT/.ready"
fi
echo "$ENVIRONMENT/bin/python"
