"""Logs more on the first run of a store, and makes another. Run by MLflow's Python: `grow.py URI`."""

import sys

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
client = mlflow.MlflowClient()
found = client.get_experiment_by_name("grows")
experiment = found.experiment_id if found else client.create_experiment("grows")
kept = client.search_runs([experiment], filter_string="attributes.run_name = 'first'")
run_id = (kept[0] if kept else client.create_run(experiment, run_name="first")).info.run_id
client.log_metric(run_id, "m", 1, step=len(kept))
client.log_text(run_id, "x", f"{len(kept)}.txt")
client.create_run(experiment)
