#!/usr/bin/env bash
# Makes .venv-mlflow with the unmodified MLflow client that the protocol is tested with; answers its Python.
set -euo pipefail
cd "$(dirname "$0")/.."
ENVIRONMENT="${MODELYARD_MLFLOW_VENV:-$PWD/.venv-mlflow}"
READY="$ENVIRONMENT/.ready-3.18.0"
if [ ! -e "$READY" ]; then
  UV="$(command -v uv || echo .venv/bin/uv)"
  "$UV" venv --quiet --clear --python .venv/bin/python "$ENVIRONMENT"
  "$UV" pip install --quiet --python "$ENVIRONMENT/bin/python" "mlflow==3.17.2" "pytest>=9" "psutil>=7"
  # 3.18.0 differs in its own files alone; its dependencies are those of 3.17.2.
  "$UV" pip install --quiet --python "$ENVIRONMENT/bin/python" --no-deps --reinstall-package mlflow "mlflow==3.18.0"
  touch "$READY"
fi
echo "$ENVIRONMENT/bin/python"
