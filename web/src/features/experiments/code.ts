import { pythonText } from "@/lib/code";
import { trackingUri } from "@/lib/tracking";
import type { CodeExample } from "@/ui/CodeExamples";

/** How to log a run of an experiment from code. */
export function logExamples(project: string, experiment: string): CodeExample[] {
  const uri = trackingUri(project);
  return [
    {
      label: "Python",
      code: `import mlflow

mlflow.set_tracking_uri(${pythonText(uri)})
mlflow.set_experiment(${pythonText(experiment)})
with mlflow.start_run():
    mlflow.log_param("depth", 6)
    for step in range(10):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)`,
    },
    {
      label: "Autolog",
      code: `import mlflow

mlflow.set_tracking_uri(${pythonText(uri)})
mlflow.set_experiment(${pythonText(experiment)})
mlflow.autolog()
model.fit(X, y)  # scikit-learn, LightGBM, PyTorch, ...`,
    },
    {
      label: "Environment",
      code: `export MLFLOW_TRACKING_URI=${uri}
export MLFLOW_EXPERIMENT_NAME=${JSON.stringify(experiment)}
python train.py`,
    },
  ];
}
