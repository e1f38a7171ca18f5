import { apiUrl, pythonText } from "@/lib/code";
import type { CodeExample } from "@/ui/CodeExamples";
import { client } from "../code";

const RECORD = `{
    "inputs": {"question": "Where is my order?"},
    "expectations": {"expected_response": "It arrives on Friday."},
}`;

/** How to make an evaluation dataset of an experiment. */
export function createExamples(project: string, experiment: { id: string; name: string }): CodeExample[] {
  const begin = `${client(project)}
dataset = mlflow.genai.datasets.create_dataset(
    name="questions", experiment_id=${pythonText(experiment.id)}
)`;
  return [
    { label: "Python", code: `${begin}\ndataset.merge_records([${RECORD}])` },
    {
      label: "From traces",
      code: `${begin}
traces = mlflow.search_traces(
    locations=[${pythonText(experiment.id)}], filter_string="status = 'OK'", return_type="list"
)
dataset.merge_records(traces)`,
    },
  ];
}

/** How to add records to a dataset. */
export function addExamples(project: string, dataset: string): CodeExample[] {
  return [{ label: "Python", code: `${opened(project, dataset)}\ndataset.merge_records([${RECORD}])` }];
}

/** How to read a dataset, to judge an application by it and to add to it. */
export function readExamples(project: string, dataset: string): CodeExample[] {
  return [
    {
      label: "Python",
      code: `${opened(project, dataset)}
print(dataset.to_df())
dataset.merge_records([${RECORD}])`,
    },
    {
      label: "Evaluate",
      code: `${opened(project, dataset)}
mlflow.genai.evaluate(
    data=dataset,
    predict_fn=answer,  # def answer(question): ...
    scorers=[mlflow.genai.scorers.Correctness()],
)`,
    },
    { label: "curl", code: `curl '${apiUrl(project, `evaluation-datasets/${dataset}/records`)}'` },
  ];
}

const opened = (project: string, dataset: string) =>
  `${client(project)}\ndataset = mlflow.genai.datasets.get_dataset(
    dataset_id=${pythonText(dataset)}
)`;
