"""The protocol as a table: every endpoint, one row each, collected from the files of their nouns."""

from modelyard.server.protocols.mlflow import (
    artifacts,
    assessments,
    evaluation_datasets,
    experiments,
    logged_models,
    metrics,
    model_versions,
    older_traces,
    registered_models,
    run_logging,
    runs,
    traces,
    webhooks,
)
from modelyard.server.protocols.mlflow.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *experiments.ENDPOINTS,
    *runs.ENDPOINTS,
    *run_logging.ENDPOINTS,
    *metrics.ENDPOINTS,
    *artifacts.ENDPOINTS,
    *logged_models.ENDPOINTS,
    *registered_models.ENDPOINTS,
    *model_versions.ENDPOINTS,
    *webhooks.ENDPOINTS,
    *traces.ENDPOINTS,
    *assessments.ENDPOINTS,
    *older_traces.ENDPOINTS,
    *evaluation_datasets.ENDPOINTS,
)
