"""Every way into the server, by the permission that it needs. One that is not here fails the tests beside."""

OPEN = "open"
"""Answered to whoever asks."""
KNOWN = "known"
"""Answered to every caller who is known."""
WORKER = "worker"
"""Answered to the worker of the job alone."""

NATIVE = {
    OPEN: "get_health",
    KNOWN: "get_me",
    WORKER: (
        "start_job report_job finish_job get_job_data put_job_file get_job_file next_job_task get_job_task_input "
        "put_job_task_output fail_job_task"
    ),
    "project:activity:read": "list_activity",
    "project:datasets:delete": "delete_dataset",
    "project:datasets:read": (
        "get_dataset_version_lineage "
        "list_datasets list_dataset_versions get_dataset get_dataset_version get_dataset_profile get_dataset_rows "
        "download_dataset_version detect_config validate_config"
    ),
    "project:datasets:write": "upload_dataset_version retype_dataset_version update_dataset",
    "project:experiments:delete": (
        "delete_experiment restore_experiment delete_runs restore_runs delete_run restore_run delete_traces "
        "delete_evaluation_dataset"
    ),
    "project:experiments:read": (
        "get_run_lineage list_experiments get_experiment list_runs count_runs list_run_columns get_run_curves get_run "
        "list_run_artifacts get_run_artifact list_run_models list_traces count_experiment_contents count_traces "
        "list_run_traces count_run_traces get_trace list_evaluation_datasets get_evaluation_dataset "
        "list_evaluation_records get_evaluation_record"
    ),
    "project:experiments:write": "create_experiment update_experiment update_run update_trace",
    "project:imports:read": "list_imports get_import list_import_items count_import",
    "project:imports:write": "start_import add_import_records finish_import",
    "project:models:administrate": "protect_alias",
    "project:models:delete": "delete_model delete_version",
    "project:models:predict": "predict",
    "project:models:read": (
        "list_alias_holders list_aliases list_alias_changes list_pins propose_semver "
        "list_models get_model list_prompts get_prompt list_prompt_versions list_version_files get_version_file "
        "download_version get_version_evaluation get_version_explanation get_version_curves get_version_log "
        "download_version_log list_versions get_version get_version_config compare_versions list_dataset_version_uses "
        "get_version_lineage get_model_lineage diff_versions "
        "get_version_history get_version_suggestions get_version_digest verify_version list_version_columns "
        "list_reproductions"
    ),
    "project:models:train": "train_version retrain_version reproduce_version cancel_version",
    "project:models:write": (
        "create_model update_model update_version register_run begin_model_upload get_model_upload "
        "cancel_model_upload put_model_upload_file delete_model_upload_file put_model_upload_archive "
        "finish_model_upload set_alias remove_alias roll_back_alias fork_version"
    ),
    "project:project:read": "get_project get_project_me stream_events search_project",
    "project:settings:delete": "delete_project",
    "project:settings:write": "update_project",
    "project:webhooks:delete": "delete_webhook",
    "project:webhooks:read": "list_webhooks get_webhook list_deliveries get_delivery",
    "project:webhooks:write": "create_webhook update_webhook test_webhook replay_delivery",
    "server:engines:read": "list_engines get_engine get_engine_job_log",
    "server:info:read": "get_server list_trainers get_config_schema",
    "server:projects:create": "create_project",
    "server:projects:read": "list_projects",
}

PROTOCOL = {
    "project:experiments:delete": (
        "POST 2.0 experiments/delete, POST 2.0 experiments/restore, POST 2.0 runs/delete, POST 2.0 runs/restore, "
        "DELETE 2.0 logged-models/{model_id}, POST 2.0 traces/delete-traces, POST 3.0 traces/delete-traces, "
        "DELETE 3.0 datasets/{dataset_id}"
    ),
    "project:experiments:read": (
        "GET 2.0 experiments/get, GET 2.0 experiments/get-by-name, POST 2.0 experiments/search, "
        "GET 2.0 experiments/search, POST 2.0 experiments/search-datasets, GET 2.0 runs/get, POST 2.0 runs/search, "
        "GET 2.0 metrics/get-history, GET 2.0 metrics/get-history-bulk, GET 2.0 metrics/get-history-bulk-interval, "
        "GET 2.0 artifacts/list, GET 2.0 logged-models/{model_id}/artifacts/directories, "
        "POST 2.0 logged-models/search, GET 2.0 logged-models/{model_id}, GET 3.0 traces/get, "
        "GET 3.0 traces/batchGet, POST 3.0 traces/batchGetInfos, POST 3.0 traces/search, GET 3.0 traces/{trace_id}, "
        "GET 3.0 traces/{trace_id}/assessments/{assessment_id}, GET 2.0 traces, GET 2.0 traces/{request_id}/info, "
        "POST 3.0 datasets/search, GET 3.0 datasets/search, GET 3.0 datasets/{dataset_id}, "
        "GET 3.0 datasets/{dataset_id}/records, GET 3.0 datasets/{dataset_id}/experiment-ids"
    ),
    "project:experiments:write": (
        "POST 2.0 experiments/create, POST 2.0 experiments/update, POST 2.0 experiments/set-experiment-tag, "
        "POST 2.0 experiments/delete-experiment-tag, POST 2.0 runs/create, POST 2.0 runs/update, "
        "POST 2.0 runs/log-metric, POST 2.0 runs/log-parameter, POST 2.0 runs/log-batch, POST 2.0 runs/set-tag, "
        "POST 2.0 runs/delete-tag, POST 2.0 runs/log-inputs, POST 2.0 runs/outputs, POST 2.0 runs/log-model, "
        "POST 2.0 logged-models, PATCH 2.0 logged-models/{model_id}, PATCH 2.0 logged-models/{model_id}/tags, "
        "DELETE 2.0 logged-models/{model_id}/tags/{tag_key}, POST 2.0 logged-models/{model_id}/params, "
        "PATCH 2.0 traces/{trace_id}/tags, DELETE 2.0 traces/{trace_id}/tags, POST 2.0 traces/link-to-run, "
        "POST 2.0 traces/link-prompts, PATCH 3.0 traces/{trace_id}/tags, DELETE 3.0 traces/{trace_id}/tags, "
        "POST 3.0 traces/link-to-run, POST 3.0 traces/link-prompts, POST 3.0 traces, "
        "POST 3.0 traces/{trace_id}/assessments, PATCH 3.0 traces/{trace_id}/assessments/{assessment_id}, "
        "DELETE 3.0 traces/{trace_id}/assessments/{assessment_id}, POST 2.0 traces, PATCH 2.0 traces/{request_id}, "
        "POST 3.0 datasets/create, PATCH 3.0 datasets/{dataset_id}/tags, "
        "DELETE 3.0 datasets/{dataset_id}/tags/{key}, POST 3.0 datasets/{dataset_id}/records, "
        "DELETE 3.0 datasets/{dataset_id}/records, POST 3.0 datasets/{dataset_id}/add-experiments, "
        "POST 3.0 datasets/{dataset_id}/remove-experiments"
    ),
    "project:models:delete": "DELETE 2.0 registered-models/delete, DELETE 2.0 model-versions/delete",
    "project:models:read": (
        "GET 2.0 registered-models/get, GET 2.0 registered-models/search, "
        "POST 2.0 registered-models/get-latest-versions, GET 2.0 registered-models/get-latest-versions, "
        "GET 2.0 registered-models/alias, GET 2.0 model-versions/get, GET 2.0 model-versions/search, "
        "GET 2.0 model-versions/get-download-uri"
    ),
    "project:models:write": (
        "POST 2.0 registered-models/create, POST 2.0 registered-models/rename, PATCH 2.0 registered-models/update, "
        "POST 2.0 registered-models/set-tag, DELETE 2.0 registered-models/delete-tag, "
        "POST 2.0 registered-models/alias, DELETE 2.0 registered-models/alias, POST 2.0 model-versions/create, "
        "PATCH 2.0 model-versions/update, POST 2.0 model-versions/transition-stage, "
        "POST 2.0 model-versions/set-tag, DELETE 2.0 model-versions/delete-tag"
    ),
    "project:webhooks:delete": "DELETE 2.0 webhooks/{webhook_id}",
    "project:webhooks:read": "GET 2.0 webhooks, GET 2.0 webhooks/{webhook_id}",
    "project:webhooks:write": (
        "POST 2.0 webhooks, PATCH 2.0 webhooks/{webhook_id}, POST 2.0 webhooks/{webhook_id}/test"
    ),
}

_PROXY = "/api/2.0/mlflow-artifacts"
_PRESIGNED = "/api/2.0/mlflow/artifacts"
TRANSFERS = {
    ("GET", f"{_PROXY}/artifacts?path=x"): "project:experiments:read",
    ("GET", f"{_PROXY}/artifacts/x/y.txt"): "project:experiments:read",
    ("PUT", f"{_PROXY}/artifacts/x/y.txt"): "project:experiments:write",
    ("DELETE", f"{_PROXY}/artifacts/x/y.txt"): "project:experiments:write",
    ("GET", "/get-artifact?run_id=none&path=x"): "project:experiments:read",
    ("GET", "/model-versions/get-artifact?name=none&version=1&path=x"): "project:experiments:read",
    ("GET", "/ajax-api/2.0/mlflow/logged-models/none/artifacts/files?artifact_file_path=x"): "project:experiments:read",
    ("GET", "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=none"): "project:experiments:read",
    ("GET", "/ajax-api/3.0/mlflow/get-trace-artifact?request_id=none"): "project:experiments:read",
    ("POST", "/ajax-api/2.0/mlflow/upload-artifact?run_id=none&path=x"): "project:experiments:write",
    ("POST", f"{_PROXY}/mpu/create/x"): "project:experiments:write",
    ("POST", f"{_PROXY}/mpu/complete/x"): "project:experiments:write",
    ("POST", f"{_PROXY}/mpu/abort/x"): "project:experiments:write",
    ("GET", f"{_PROXY}/presigned/x/y.txt"): "project:experiments:read",
    ("POST", f"{_PRESIGNED}/presigned-upload-url"): "project:experiments:write",
    ("POST", f"{_PRESIGNED}/presigned-download-url"): "project:experiments:read",
    ("POST", "/v1/traces"): "project:experiments:write",
}
"""The ways in that stand in no table, with what is sent along so that nothing but the right is missing."""

SIGNED = f"{_PROXY}/signed"
"""Addresses of tickets, which need no credential: their own test is beside."""

WITHOUT_CALLER = ["/version", "/health", "/api/3.0/mlflow/server-info", "/api/v1/openapi.json", "/"]
"""What a client asks before it presents anything."""


def permissions(ways: dict[str, str], separator: str | None = None) -> dict[str, str]:
    """The permission of each way."""
    return {way.strip(): permission for permission, listed in ways.items() for way in listed.split(separator)}
