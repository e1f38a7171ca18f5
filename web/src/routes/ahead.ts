import { cache } from "@/api/cache";
import { datasetQuery, datasetsQuery, datasetVersionQuery, datasetVersionsQuery } from "@/api/datasets";
import { evaluationDatasetQuery, evaluationDatasetsQuery, evaluationRecordsQuery } from "@/api/evaluationDatasets";
import { experimentQuery, experimentsQuery } from "@/api/experiments";
import { modelQuery, modelsQuery } from "@/api/models";
import { projectQuery } from "@/api/projects";
import { runColumnsQuery, runQuery, runsQuery } from "@/api/runs";
import { traceQuery, tracesQuery } from "@/api/traces";
import { versionColumnsQuery, versionQuery, versionsQuery } from "@/api/versions";
import type { datasetList } from "@/features/datasets/search";
import type { experimentList } from "@/features/experiments/search";
import type { modelList, versionList } from "@/features/models/search";
import { type ExperimentSearch, type RunTableSearch, runList } from "@/features/runs/search";
import { evaluationDatasetList } from "@/features/traces/evaluation/search";
import { traceList } from "@/features/traces/search";

/**
 * What a page will ask for first, asked as soon as its address is known: while its code is still loading, or when a
 * pointer rests on a link to it. Nothing waits for it, and a failure shows where the page asks again.
 */
export function aheadOfProject({ params }: { params: { project: string } }): void {
  void cache.prefetchQuery(projectQuery(params.project));
}

export function aheadOfModels({ params, deps }: Route<{ project: string }, ReturnType<typeof modelList>>): void {
  void cache.prefetchInfiniteQuery(modelsQuery(params.project, deps));
}

export function aheadOfModel({
  params: { project, model },
  deps,
}: Route<{ project: string; model: string }, ReturnType<typeof versionList>>): void {
  void cache.prefetchInfiniteQuery(versionsQuery(project, model, deps));
  void cache.prefetchQuery(versionColumnsQuery(project, model));
  void cache.prefetchQuery(modelQuery(project, model));
}

export function aheadOfVersion({ params }: { params: { project: string; model: string; number: number } }): void {
  void cache.prefetchQuery(versionQuery(params));
  void cache.prefetchInfiniteQuery(versionsQuery(params.project, params.model, { include_archived: true }));
}

export function aheadOfDatasets({ params, deps }: Route<{ project: string }, ReturnType<typeof datasetList>>): void {
  void cache.prefetchInfiniteQuery(datasetsQuery(params.project, deps));
}

export function aheadOfDataset({ params: { project, dataset } }: { params: DatasetParams }): void {
  void cache.prefetchQuery(datasetQuery(project, dataset));
  void cache.prefetchInfiniteQuery(datasetVersionsQuery(project, dataset));
}

export function aheadOfDatasetVersion({ params }: { params: DatasetParams & { number: number } }): void {
  void cache.prefetchQuery(datasetVersionQuery(params.project, params.dataset, params.number));
}

export function aheadOfExperiments({
  params,
  deps,
}: Route<{ project: string }, ReturnType<typeof experimentList>>): void {
  void cache.prefetchInfiniteQuery(experimentsQuery(params.project, deps));
}

export function aheadOfExperiment({
  params: { project, experiment },
  deps: { tab, q, ...search },
}: Route<{ project: string; experiment: string }, ExperimentSearch>): void {
  void cache.prefetchQuery(experimentQuery(project, experiment));
  if (tab === "traces") void cache.prefetchInfiniteQuery(tracesQuery(project, traceList(search, { experiment })));
  else if (tab === "datasets") {
    const list = evaluationDatasetList({ q, ...search }, experiment);
    void cache.prefetchInfiniteQuery(evaluationDatasetsQuery(project, list));
  } else aheadOfTable(project, [experiment], search);
}

export function aheadOfRuns({
  params,
  deps: { experiment = [], ...search },
}: Route<{ project: string }, RunTableSearch & { experiment?: string[] }>): void {
  aheadOfTable(params.project, experiment, search);
}

function aheadOfTable(project: string, experiments: string[], search: RunTableSearch): void {
  void cache.prefetchQuery(runColumnsQuery(project, experiments));
  void cache.prefetchInfiniteQuery(runsQuery(project, runList(search, experiments)));
}

export function aheadOfRun({ params: { project, run } }: { params: { project: string; run: string } }): void {
  void cache.prefetchQuery(runQuery(project, run));
}

export function aheadOfTrace({ params: { project, trace } }: { params: { project: string; trace: string } }): void {
  void cache.prefetchQuery(traceQuery(project, trace));
}

export function aheadOfEvaluationDataset({ params: { project, dataset } }: { params: DatasetParams }): void {
  void cache.prefetchQuery(evaluationDatasetQuery(project, dataset));
  void cache.prefetchInfiniteQuery(evaluationRecordsQuery(project, dataset));
}

interface Route<Params, Search> {
  params: Params;
  deps: Search;
}

interface DatasetParams {
  project: string;
  dataset: string;
}
