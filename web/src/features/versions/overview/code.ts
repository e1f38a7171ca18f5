import type { RowsPage, Signature, Version } from "@/api/types";
import { apiUrl, command, pythonClient, pythonText, shellText } from "@/lib/code";
import { trackingUri } from "@/lib/tracking";
import type { CodeExample } from "@/ui/CodeExamples";
import { exampleRow } from "./tryIt";

const MAX_COLUMNS = 4;

/** How to use a version from code; the sample row is one of its dataset's. */
export function trainedExamples(project: string, version: Version, rows: RowsPage | null): CodeExample[] {
  const row = version.signature && rows ? exampleRow(version.signature, rows, 0) : null;
  return versionExamples(project, version, row);
}

export function versionExamples(
  project: string,
  version: Pick<Version, "model" | "number" | "signature">,
  row: Record<string, unknown> | null,
): CodeExample[] {
  const { model, number } = version;
  const uri = `models:/${model}/${number}`;
  const folder = `${model}-${number}`;
  const body = JSON.stringify({ rows: [row ?? placeholder(version.signature)] });
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}version = client.resolve(${pythonText(uri)})
predictions = version.predict(frame)  # a DataFrame, a list of dicts, or a path

print(version.metrics)
version.download(${pythonText(folder)})`,
    },
    {
      label: "CLI",
      code: [
        command(project, `predict ${shellText(uri)} rows.csv -o predictions.csv`),
        command(project, `download ${shellText(uri)} -o ${shellText(folder)}`),
        command(project, `logs ${shellText(uri)}`),
      ].join("\n"),
    },
    {
      label: "curl",
      code: `curl -H 'Content-Type: application/json' \\
  -d ${quoted(body)} \\
  ${apiUrl(project, `models/${model}/versions/${number}/predict`)}`,
    },
    {
      label: "MLflow",
      code: `# ${command(project, `download ${shellText(uri)} -o ${shellText(folder)}`)}
# pip install -r ${shellText(folder)}/requirements.txt
import mlflow

model = mlflow.pyfunc.load_model(${pythonText(folder)})
predictions = model.predict(frame)`,
    },
  ];
}

/** How to use a version that was registered: the model is loaded where the code runs. */
export function registeredExamples(
  project: string,
  version: Pick<Version, "model" | "number" | "source">,
): CodeExample[] {
  const { model, number, source } = version;
  const uri = `models:/${model}/${number}`;
  const folder = `${model}-${number}`;
  const load: CodeExample = {
    label: "MLflow",
    code: `import mlflow

mlflow.set_tracking_uri(${pythonText(trackingUri(project))})
model = mlflow.pyfunc.load_model(${pythonText(uri)})
predictions = model.predict(frame)`,
  };
  if (source?.is_here === false) return [load];
  return [
    load,
    { label: "CLI", code: command(project, `download ${shellText(uri)} -o ${shellText(folder)}`) },
    {
      label: "Python",
      code: `${pythonClient(project)}version = client.resolve(${pythonText(uri)})
version.download(${pythonText(folder)})`,
    },
  ];
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function placeholder(signature: Signature | null): Record<string, unknown> {
  const columns = signature?.inputs.slice(0, MAX_COLUMNS) ?? [];
  return Object.fromEntries(columns.map(({ name }) => [name, null]));
}
