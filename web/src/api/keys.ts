/** Query keys, from general to special, so that invalidating a prefix refreshes all below it. */
export const keys = {
  server: ["server"] as const,
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
  comparison: (project: string, model: string, numbers: number[]) =>
    [...keys.model(project, model), "compare", numbers] as const,
};
