import { apiUrl, command, pythonClient, pythonText, shellText } from "@/lib/code";
import type { CodeExample } from "@/ui/CodeExamples";

/** How to read a dataset version from code. */
export function readExamples(project: string, dataset: string, number: number): CodeExample[] {
  const reference = `${dataset}@${number}`;
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}data = client.datasets.resolve(${pythonText(reference)})\nframe = data.to_pandas()\nprofile = data.profile()`,
    },
    {
      label: "CLI",
      code: [
        `datasets profile ${reference}`,
        `datasets rows ${reference} --limit 20`,
        `datasets download ${reference} -o ${dataset}.parquet`,
      ]
        .map((line) => command(project, line))
        .join("\n"),
    },
    {
      label: "curl",
      code: `curl -o ${dataset}.parquet \\\n  ${apiUrl(project, `datasets/${dataset}/versions/${number}/data`)}`,
    },
    {
      label: "MLflow",
      code: `import mlflow\nimport pandas as pd\n\nurl = ${pythonText(apiUrl(project, `datasets/${dataset}/versions/${number}/data`))}\nframe = pd.read_parquet(url)\nmlflow.log_input(mlflow.data.from_pandas(frame, source=url, name=${pythonText(dataset)}))`,
    },
  ];
}

/** How to add a version from code. */
export function uploadExamples(project: string, dataset: string, file: string): CodeExample[] {
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}version = client.datasets.upload(${pythonText(dataset)}, ${pythonText(file)})\nprint(version.reference, version.created)`,
    },
    { label: "CLI", code: command(project, `datasets upload ${dataset} ${shellText(file)}`) },
    {
      label: "curl",
      code: `curl --data-binary @${shellText(file)} -H 'Content-Type: application/octet-stream' \\\n  '${apiUrl(project, `datasets/${dataset}/versions?filename=${encodeURIComponent(file)}`)}'`,
    },
  ];
}
