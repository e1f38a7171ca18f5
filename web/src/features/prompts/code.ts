import { pythonText } from "@/lib/code";
import { trackingUri } from "@/lib/tracking";
import type { CodeExample } from "@/ui/CodeExamples";

/** How to register a version of a prompt from code. */
export function registerExamples(project: string, prompt: string): CodeExample[] {
  return [
    {
      label: "Python",
      code: `import mlflow

mlflow.set_tracking_uri(${pythonText(trackingUri(project))})
mlflow.genai.register_prompt(
    name=${pythonText(prompt)},
    template="Answer in one sentence: {{question}}",
    commit_message="first version",
)`,
    },
  ];
}

/** How to use a version of a prompt from code. */
export function loadExamples(project: string, prompt: string, number: number): CodeExample[] {
  return [
    {
      label: "Python",
      code: `import mlflow

mlflow.set_tracking_uri(${pythonText(trackingUri(project))})
prompt = mlflow.genai.load_prompt(${pythonText(`prompts:/${prompt}/${number}`)})
print(prompt.template)`,
    },
  ];
}
