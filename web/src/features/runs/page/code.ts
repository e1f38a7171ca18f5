import type { Run } from "@/api/types";
import { apiUrl, pythonText } from "@/lib/code";
import { trackingUri } from "@/lib/tracking";
import type { CodeExample } from "@/ui/CodeExamples";

/** How to read a run, and to go on with it, from code. */
export function runExamples(project: string, run: Run): CodeExample[] {
  const id = pythonText(run.id);
  return [
    {
      label: "Python",
      code: `import mlflow

mlflow.set_tracking_uri(${pythonText(trackingUri(project))})
run = mlflow.get_run(${id})
print(run.data.params, run.data.metrics)

with mlflow.start_run(run_id=${id}):
    mlflow.log_metric("later", 1.0)`,
    },
    {
      label: "MLflow",
      code: `export MLFLOW_TRACKING_URI=${trackingUri(project)}
mlflow runs describe --run-id ${run.id}
mlflow artifacts download --run-id ${run.id} --dst-path artifacts`,
    },
    { label: "curl", code: `curl '${apiUrl(project, `runs/${run.id}`)}'` },
  ];
}
