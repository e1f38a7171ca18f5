import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { fetchCode } from "@/api/connection";
import { openFirstStream } from "@/api/firstStream";
import { topics } from "@/api/topics";
import type { Permission } from "@/api/types";
import { activitySearch } from "@/features/activity/search";
import { builderSearch } from "@/features/builder/search";
import { compareSearch, isVersionNumber } from "@/features/compare/search";
import { datasetList, datasetsSearch, datasetVersionSearch } from "@/features/datasets/search";
import { experimentList, experimentsSearch } from "@/features/experiments/search";
import { ModelPage } from "@/features/models/ModelPage";
import { ModelsPage } from "@/features/models/ModelsPage";
import { modelList, modelSearch, modelsSearch, versionList } from "@/features/models/search";
import { promptSearch, promptsSearch } from "@/features/prompts/search";
import { compareRunsSearch } from "@/features/runs/compare/search";
import { runSearch } from "@/features/runs/page/search";
import { experimentSearch, runListSearch, runsSearch } from "@/features/runs/search";
import { settingsSearch } from "@/features/settings/search";
import { evaluationDatasetSearch } from "@/features/traces/evaluation/search";
import { traceSearch } from "@/features/traces/search";
import { versionSearch } from "@/features/versions/search";
import { parseSearch, stringifySearch, versionNumber } from "@/lib/search";
import { lastProject } from "@/shell/lastProject";
import { Shell } from "@/shell/Shell";
import {
  aheadOfDataset,
  aheadOfDatasets,
  aheadOfDatasetVersion,
  aheadOfEvaluationDataset,
  aheadOfExperiment,
  aheadOfExperiments,
  aheadOfModel,
  aheadOfModels,
  aheadOfProject,
  aheadOfRun,
  aheadOfRuns,
  aheadOfTrace,
  aheadOfVersion,
} from "./ahead";
import { NotFound, PageError, WrongNumber } from "./fallbacks";
import { ofMlflowLink } from "./mlflowLinks";

/** Leads to what a link of the MLflow client shows, else to the models of the project, or of the last one. */
function enter(hash: string, project?: string): never {
  const href = ofMlflowLink(hash, project);
  if (href) throw redirect({ href, replace: true });
  throw redirect({ to: "/p/$project/models", params: { project: project ?? lastProject() }, replace: true });
}

const root = createRootRoute({ component: Outlet });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: ({ location }) => enter(location.hash),
});

const projects = createRoute({
  getParentRoute: () => root,
  path: "/projects",
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/projects/ProjectsPage")), "ProjectsPage"),
});

/** What the MLflow client has for the address of a project. */
const trackingUri = createRoute({
  getParentRoute: () => root,
  path: "/projects/$project",
  beforeLoad: ({ location, params }) => enter(location.hash, params.project),
});

const project = createRoute({
  getParentRoute: () => root,
  path: "/p/$project",
  component: Shell,
  loader: aheadOfProject,
});

const projectHome = createRoute({
  getParentRoute: () => project,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/p/$project/models", params, replace: true });
  },
});

const models = createRoute({
  getParentRoute: () => project,
  path: "/models",
  staticData: { permission: "project:models:read" },
  validateSearch: modelsSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.models),
  loaderDeps: ({ search }) => modelList(search),
  loader: aheadOfModels,
  component: ModelsPage,
});

const newModel = createRoute({
  getParentRoute: () => project,
  path: "/models/new",
  staticData: { permission: "project:models:train" },
  validateSearch: builderSearch,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/builder/BuilderPage")), "BuilderPage"),
});

const model = createRoute({
  getParentRoute: () => project,
  path: "/models/$model",
  staticData: { permission: "project:models:read" },
  validateSearch: modelSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.model(params.model)),
  loaderDeps: ({ search }) => versionList(search),
  loader: aheadOfModel,
  component: ModelPage,
});

const newVersion = createRoute({
  getParentRoute: () => project,
  path: "/models/$model/new",
  staticData: { permission: "project:models:train" },
  validateSearch: builderSearch,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/builder/BuilderPage")), "BuilderPage"),
});

const version = createRoute({
  getParentRoute: () => project,
  path: "/models/$model/versions/$number",
  staticData: { permission: "project:models:read" },
  params: {
    parse: (params) => ({ ...params, number: versionNumber(params.number) }),
    stringify: (params) => ({ ...params, number: String(params.number) }),
  },
  errorComponent: WrongNumber,
  validateSearch: versionSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.version(params.model, params.number)),
  loader: aheadOfVersion,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/versions/VersionPage")), "VersionPage"),
});

const compare = createRoute({
  getParentRoute: () => project,
  path: "/models/$model/compare",
  staticData: { permission: "project:models:read" },
  validateSearch: compareSearch,
  beforeLoad: ({ params, search }) =>
    search.v &&
    openFirstStream(params.project, topics.comparedVersions(params.model, search.v.filter(isVersionNumber))),
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/compare/ComparePage")), "ComparePage"),
});

const datasets = createRoute({
  getParentRoute: () => project,
  path: "/datasets",
  staticData: { permission: "project:datasets:read" },
  validateSearch: datasetsSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.datasets),
  loaderDeps: ({ search }) => datasetList(search),
  loader: aheadOfDatasets,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/datasets/DatasetsPage")), "DatasetsPage"),
});

const dataset = createRoute({
  getParentRoute: () => project,
  path: "/datasets/$dataset",
  staticData: { permission: "project:datasets:read" },
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.datasets),
  loader: aheadOfDataset,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/datasets/DatasetPage")), "DatasetPage"),
});

const datasetVersion = createRoute({
  getParentRoute: () => project,
  path: "/datasets/$dataset/versions/$number",
  staticData: { permission: "project:datasets:read" },
  params: {
    parse: (params) => ({ ...params, number: versionNumber(params.number) }),
    stringify: (params) => ({ ...params, number: String(params.number) }),
  },
  errorComponent: WrongNumber,
  validateSearch: datasetVersionSearch,
  loader: aheadOfDatasetVersion,
  component: lazyRouteComponent(
    () => fetchCode(() => import("@/features/datasets/DatasetVersionPage")),
    "DatasetVersionPage",
  ),
});

const experiments = createRoute({
  getParentRoute: () => project,
  path: "/experiments",
  staticData: { permission: "project:experiments:read" },
  validateSearch: experimentsSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.experiments),
  loaderDeps: ({ search }) => experimentList(search),
  loader: aheadOfExperiments,
  component: lazyRouteComponent(
    () => fetchCode(() => import("@/features/experiments/ExperimentsPage")),
    "ExperimentsPage",
  ),
});

const experiment = createRoute({
  getParentRoute: () => project,
  path: "/experiments/$experiment",
  staticData: { permission: "project:experiments:read" },
  validateSearch: experimentSearch,
  beforeLoad: ({ params, search }) =>
    openFirstStream(
      params.project,
      search.tab ? topics.experimentContents(params.experiment) : topics.runs([params.experiment]),
    ),
  loaderDeps: ({ search }) => ({ ...runListSearch(search), tab: search.tab, q: search.q }),
  loader: aheadOfExperiment,
  component: lazyRouteComponent(
    () => fetchCode(() => import("@/features/experiments/ExperimentPage")),
    "ExperimentPage",
  ),
});

const runs = createRoute({
  getParentRoute: () => project,
  path: "/runs",
  staticData: { permission: "project:experiments:read" },
  validateSearch: runsSearch,
  beforeLoad: ({ params, search }) => openFirstStream(params.project, topics.runs(search.experiment ?? [])),
  loaderDeps: ({ search }) => ({ ...runListSearch(search), experiment: search.experiment }),
  loader: aheadOfRuns,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/runs/RunsPage")), "RunsPage"),
});

const compareRuns = createRoute({
  getParentRoute: () => project,
  path: "/runs/compare",
  staticData: { permission: "project:experiments:read" },
  validateSearch: compareRunsSearch,
  beforeLoad: ({ params, search }) => openFirstStream(params.project, topics.comparedRuns(search.run ?? [])),
  component: lazyRouteComponent(
    () => fetchCode(() => import("@/features/runs/compare/CompareRunsPage")),
    "CompareRunsPage",
  ),
});

const run = createRoute({
  getParentRoute: () => project,
  path: "/runs/$run",
  staticData: { permission: "project:experiments:read" },
  validateSearch: runSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.run(params.run)),
  loader: aheadOfRun,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/runs/page/RunPage")), "RunPage"),
});

const trace = createRoute({
  getParentRoute: () => project,
  path: "/traces/$trace",
  staticData: { permission: "project:experiments:read" },
  validateSearch: traceSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.trace(params.trace)),
  loader: aheadOfTrace,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/traces/page/TracePage")), "TracePage"),
});

const evaluationDataset = createRoute({
  getParentRoute: () => project,
  path: "/evaluation-datasets/$dataset",
  staticData: { permission: "project:experiments:read" },
  validateSearch: evaluationDatasetSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.evaluationDataset(params.dataset)),
  loader: aheadOfEvaluationDataset,
  component: lazyRouteComponent(
    () => fetchCode(() => import("@/features/traces/evaluation/EvaluationDatasetPage")),
    "EvaluationDatasetPage",
  ),
});

const prompts = createRoute({
  getParentRoute: () => project,
  path: "/prompts",
  staticData: { permission: "project:models:read" },
  validateSearch: promptsSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.prompts),
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/prompts/PromptsPage")), "PromptsPage"),
});

const prompt = createRoute({
  getParentRoute: () => project,
  path: "/prompts/$prompt",
  staticData: { permission: "project:models:read" },
  validateSearch: promptSearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.prompts),
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/prompts/PromptPage")), "PromptPage"),
});

const engines = createRoute({
  getParentRoute: () => project,
  path: "/engines",
  staticData: { permission: "server:engines:read" },
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.engines),
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/engines/EnginesPage")), "EnginesPage"),
});

const activity = createRoute({
  getParentRoute: () => project,
  path: "/activity",
  staticData: { permission: "project:activity:read" },
  validateSearch: activitySearch,
  beforeLoad: ({ params }) => openFirstStream(params.project, topics.activity),
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/activity/ActivityPage")), "ActivityPage"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => fetchCode(() => import("@/features/settings/SettingsPage")), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    projects,
    trackingUri,
    project.addChildren([
      projectHome,
      models,
      newModel,
      model,
      newVersion,
      version,
      compare,
      datasets,
      dataset,
      datasetVersion,
      experiments,
      experiment,
      runs,
      compareRuns,
      run,
      trace,
      evaluationDataset,
      prompts,
      prompt,
      engines,
      activity,
      settings,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  // Whether what is known is new enough is up to the cache of queries.
  defaultPreloadStaleTime: 0,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** What it takes to see the page. */
    permission?: Permission;
  }
}
