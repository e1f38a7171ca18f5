import { command, pythonClient, pythonText, shellText } from "@/lib/code";
import type { CodeExample } from "@/ui/CodeExamples";

/** How to train the first version of a model from code. */
export function trainExamples(project: string, model: string): CodeExample[] {
  const dataset = model;
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}data = client.datasets.upload(${pythonText(dataset)}, "${dataset}.csv")
config = data.detect_config(target="species").config
version = client.models(${pythonText(model)}).train(config, data, wait=True)
print(version.metrics)`,
    },
    {
      label: "CLI",
      code: [
        command(project, `datasets upload ${shellText(dataset)} ${dataset}.csv`),
        command(project, `train --dataset ${shellText(dataset)} --target species --model ${shellText(model)}`),
      ].join("\n"),
    },
  ];
}

/** How to train, list and compare the versions of a model from code. */
export function modelExamples(project: string, model: string, dataset: string | null): CodeExample[] {
  const data = dataset ?? "my-dataset";
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}model = client.models(${pythonText(model)})
for version in model.versions(sort="metric"):
    print(version.number, version.status, version.summary.metric)

version = model.train("config.yaml", ${pythonText(data)}, wait=True)
predictions = model.latest.predict(frame)`,
    },
    {
      label: "CLI",
      code: [
        command(project, `versions list ${shellText(model)}`),
        command(project, `train config.yaml --dataset ${shellText(data)} --model ${shellText(model)}`),
        command(project, `predict models:/${shellText(model)}/latest rows.csv -o predictions.csv`),
      ].join("\n"),
    },
    {
      label: "curl",
      code: `curl '${window.location.origin}/api/v1/projects/${project}/models/${model}/versions?sort=metric&limit=20'`,
    },
    {
      label: "MLflow",
      code: `${command(project, `download models:/${shellText(model)}/latest -o ${shellText(model)}-latest`)}
python -c 'import mlflow; print(mlflow.pyfunc.load_model("${model}-latest").metadata.signature)'`,
    },
  ];
}
