/** The topics of the event stream that a view listens to; its route opens the stream with the same. */
export const topics = {
  models: ["models"],
  prompts: ["models"],
  datasets: ["datasets"],
  engines: ["engines"],
  activity: ["activity"],
  experiments: ["experiments"],
  model: (model: string) => [`model:${model}`, "models"],
  version: (model: string, number: number) => [`version:${model}/${number}`, `model:${model}`],
  comparedVersions: (model: string, numbers: number[]) => [
    `model:${model}`,
    ...numbers.map((number) => `version:${model}/${number}`),
  ],
  runs: (experiments: string[]) => [...experiments.map((id) => `experiment:${id}`), "experiments"],
  experimentContents: (experiment: string) => [`experiment:${experiment}`],
  run: (run: string) => [`run:${run}`],
  /** Of very many runs only the first are listened to. */
  comparedRuns: (runs: string[]) => runs.slice(0, MAX_COMPARED).map((id) => `run:${id}`),
  trace: (trace: string) => [`trace:${trace}`],
  evaluationDataset: (dataset: string) => [`evaluation_dataset:${dataset}`],
  upload: (id: string | null) => (id ? [`upload:${id}`] : []),
};

const MAX_COMPARED = 20;
