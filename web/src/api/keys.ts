/** Query keys, from general to special, so that invalidating a prefix refreshes all below it. */
export const keys = {
  server: ["server"] as const,
  me: ["me"] as const,
  trainers: ["trainers"] as const,
  engines: ["engines"] as const,
  projects: ["projects"] as const,
  project: (project: string) => ["project", project] as const,
  info: (project: string) => ["project", project, "info"] as const,
  search: (project: string, q: string) => ["project", project, "search", q] as const,
  activity: (project: string, params: object = {}) => ["project", project, "activity", params] as const,
  allActivity: (project: string) => ["project", project, "activity"] as const,
  datasets: (project: string) => ["project", project, "datasets"] as const,
  datasetList: (project: string, params: object) => ["project", project, "datasets", "list", params] as const,
  dataset: (project: string, dataset: string) => ["project", project, "datasets", "one", dataset] as const,
  datasetVersions: (project: string, dataset: string) => [...keys.dataset(project, dataset), "versions"] as const,
  datasetVersion: (project: string, dataset: string, number: number | "latest") =>
    [...keys.dataset(project, dataset), "version", number] as const,
  models: (project: string) => ["project", project, "models"] as const,
  modelLists: (project: string) => ["project", project, "models", "list"] as const,
  modelList: (project: string, params: object) => ["project", project, "models", "list", params] as const,
  model: (project: string, model: string) => ["project", project, "models", "one", model] as const,
  modelInfo: (project: string, model: string) => [...keys.model(project, model), "info"] as const,
  versionLists: (project: string, model: string) => [...keys.model(project, model), "versions"] as const,
  versionList: (project: string, model: string, params: object) =>
    [...keys.model(project, model), "versions", params] as const,
  version: (project: string, model: string, number: number) =>
    [...keys.model(project, model), "version", number] as const,
  versionInfo: (project: string, model: string, number: number) =>
    [...keys.version(project, model, number), "info"] as const,
  versionPart: (project: string, model: string, number: number, part: string, params: object = {}) =>
    [...keys.version(project, model, number), part, params] as const,
  versionColumns: (project: string, model: string) => [...keys.model(project, model), "columns"] as const,
  comparison: (project: string, model: string, numbers: number[]) =>
    [...keys.model(project, model), "compare", numbers] as const,
  modelLineage: (project: string, model: string, params: object) =>
    [...keys.model(project, model), "lineage", params] as const,
  diff: (project: string, model: string, number: number, params: object) =>
    [...keys.version(project, model, number), "diff", params] as const,
  // Below the models, because that is what prompts are to the server: what tells of one refreshes the other.
  promptList: (project: string, params: object) => ["project", project, "models", "prompts", params] as const,
  prompt: (project: string, prompt: string) => ["project", project, "models", "prompt", prompt] as const,
  promptVersions: (project: string, prompt: string) => [...keys.prompt(project, prompt), "versions"] as const,
  experiments: (project: string) => ["project", project, "experiments"] as const,
  experimentList: (project: string, params: object) => ["project", project, "experiments", "list", params] as const,
  experiment: (project: string, experiment: string) => ["project", project, "experiments", "one", experiment] as const,
  runs: (project: string) => ["project", project, "runs"] as const,
  runLists: (project: string) => ["project", project, "runs", "list"] as const,
  runList: (project: string, params: object) => ["project", project, "runs", "list", params] as const,
  runCounts: (project: string) => ["project", project, "runs", "count"] as const,
  allRunColumns: (project: string) => ["project", project, "runs", "columns"] as const,
  experimentContents: (project: string, experiment: string) =>
    ["project", project, "runs", "count", "contents", experiment] as const,
  runCount: (project: string, params: object) => ["project", project, "runs", "count", params] as const,
  runColumns: (project: string, experiments: string[]) => ["project", project, "runs", "columns", experiments] as const,
  runCurves: (project: string, runs: string[], ...params: object[]) =>
    ["project", project, "runs", "curves", runs, ...params] as const,
  allRunCurves: (project: string) => ["project", project, "runs", "curves"] as const,
  run: (project: string, run: string) => ["project", project, "runs", "one", run] as const,
  runInfo: (project: string, run: string) => [...keys.run(project, run), "info"] as const,
  runPart: (project: string, run: string, part: string, params: object = {}) =>
    [...keys.run(project, run), part, params] as const,
  traces: (project: string) => ["project", project, "traces"] as const,
  traceLists: (project: string) => ["project", project, "traces", "list"] as const,
  traceList: (project: string, params: object) => ["project", project, "traces", "list", params] as const,
  traceCount: (project: string, params: object) => ["project", project, "traces", "count", params] as const,
  trace: (project: string, trace: string) => ["project", project, "traces", "one", trace] as const,
  evaluationDatasets: (project: string) => ["project", project, "evaluation datasets"] as const,
  evaluationDatasetLists: (project: string) => [...keys.evaluationDatasets(project), "list"] as const,
  evaluationDatasetList: (project: string, params: object) =>
    [...keys.evaluationDatasetLists(project), params] as const,
  evaluationDataset: (project: string, dataset: string) =>
    [...keys.evaluationDatasets(project), "one", dataset] as const,
  evaluationRecords: (project: string, dataset: string) =>
    [...keys.evaluationDatasets(project), "records", dataset] as const,
  evaluationRecord: (project: string, dataset: string, record: string) =>
    [...keys.evaluationDatasets(project), "record", dataset, record] as const,
};
