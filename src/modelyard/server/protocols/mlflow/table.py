"""The protocol as a table: every endpoint, one row each, collected from the files of their nouns."""

from modelyard.server.protocols.mlflow import experiments, metrics, run_logging, runs
from modelyard.server.protocols.mlflow.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *experiments.ENDPOINTS,
    *runs.ENDPOINTS,
    *run_logging.ENDPOINTS,
    *metrics.ENDPOINTS,
)
