import { apiUrl, pythonText } from "@/lib/code";
import { trackingUri } from "@/lib/tracking";
import type { CodeExample } from "@/ui/CodeExamples";

/** The first lines of every example with the MLflow client. */
export const client = (project: string) =>
  `import mlflow\n\nmlflow.set_tracking_uri(${pythonText(trackingUri(project))})`;

/** How to log a trace of an experiment from code. */
export function traceExamples(project: string, experiment: { id: string; name: string }): CodeExample[] {
  const begin = `${client(project)}\nmlflow.set_experiment(${pythonText(experiment.name)})`;
  return [
    {
      label: "Python",
      code: `${begin}

@mlflow.trace
def answer(question):
    return "42"

answer("What is the answer?")`,
    },
    {
      label: "Autolog",
      code: `${begin}
mlflow.openai.autolog()  # LangChain, LlamaIndex, DSPy, Anthropic, ...
client.chat.completions.create(...)`,
    },
    {
      label: "OpenTelemetry",
      code: `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${trackingUri(project)}/v1/traces
export OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-mlflow-experiment-id=${experiment.id}
export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf`,
    },
  ];
}

/** How to read a trace, and to say what one thinks of it, from code. */
export function readExamples(project: string, trace: string): CodeExample[] {
  return [
    {
      label: "Python",
      code: `${client(project)}
trace_id = ${pythonText(trace)}
trace = mlflow.get_trace(trace_id)
for span in trace.data.spans:
    print(span.name, span.inputs, span.outputs)

mlflow.log_feedback(trace_id=trace_id, name="correct", value=True)`,
    },
    { label: "curl", code: `curl '${apiUrl(project, `traces/${trace}`)}'` },
  ];
}
