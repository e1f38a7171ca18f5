import type { QueryClient } from "@tanstack/react-query";
import { patch, refresh } from "./cache";
import type {
  Curve,
  CurvePoint,
  Curves,
  LogLine,
  ObjectChanged,
  StreamEventsResponse,
  UploadProgress,
  Version,
  VersionSummary,
} from "./generated/types.gen";
import { keys } from "./keys";
import { appendLines, type LogData } from "./log";
import { type Pages, replaceItems } from "./pages";

/** What the event stream of a view sends, told apart by `type`. */
export type ServerEvent = StreamEventsResponse;

export type UploadStage = UploadProgress["stage"];

/** Brings the caches up to date with one event: by patching where the event carries the data, else by fetching again. */
export function applyEvent(queries: QueryClient, project: string, event: ServerEvent): void {
  switch (event.type) {
    case "version.changed":
      applyVersion(queries, project, event.version);
      break;
    case "progress.changed":
      patchVersion(queries, project, event.model, event.number, { progress: event.progress });
      queries.invalidateQueries({ queryKey: keys.engines });
      break;
    case "metrics.logged":
      patch<Curves>(
        queries,
        { queryKey: keys.version(project, event.model, event.number).concat("curves") },
        (curves) => appendPoints(curves, event.points),
      );
      break;
    case "object.changed":
      invalidateKind(queries, project, event.kind);
      break;
    case "log.appended":
      addLines(queries, project, event.model, event.number, event.lines);
      break;
    case "experiments.changed":
      queries.invalidateQueries({ queryKey: keys.experiments(project) });
      break;
    case "evaluation_datasets.changed":
      refresh(queries, keys.evaluationDatasets(project));
      break;
    case "activity.recorded":
      queries.invalidateQueries({ queryKey: keys.allActivity(project) });
      break;
    // The views of runs and traces know better what to fetch again.
    case "runs.changed":
    case "traces.changed":
    case "upload.progress":
      break;
    default:
      // The compiler names a kind that is new in the API's description; one of a newer server is left out.
      event satisfies never;
  }
}

function applyVersion(queries: QueryClient, project: string, version: VersionSummary): void {
  const { model, number } = version;
  const before = queries.getQueryData<Version>(keys.versionInfo(project, model, number));
  const isListed = patchVersion(queries, project, model, number, version);
  if (!isListed) queries.invalidateQueries({ queryKey: keys.versionLists(project, model) });
  queries.invalidateQueries({ queryKey: keys.modelInfo(project, model) });
  queries.invalidateQueries({ queryKey: keys.modelLists(project) });
  queries.invalidateQueries({ queryKey: keys.engines });
  queries.invalidateQueries({ queryKey: keys.allActivity(project) });
  // A new step brings a timeline entry, and the end brings reports and files, which the summary does not carry.
  const parts = before?.status === version.status ? keys.versionInfo : keys.version;
  queries.invalidateQueries({ queryKey: parts(project, model, number) });
}

/** Patches a version where it is cached; true when some list already had it. */
function patchVersion(
  queries: QueryClient,
  project: string,
  model: string,
  number: number,
  change: Partial<VersionSummary>,
): boolean {
  let isListed = false;
  patch<Pages<VersionSummary>>(queries, { queryKey: keys.versionLists(project, model) }, (data) =>
    replaceItems(data, (item) => {
      if (item.number !== number) return item;
      isListed = true;
      return { ...item, ...change };
    }),
  );
  const info = { queryKey: keys.versionInfo(project, model, number), exact: true };
  patch<Version>(queries, info, (data) => ({ ...data, ...change }));
  return isListed;
}

/** Adds lines to every cached view of a log; what a view searches for is in its key. */
function addLines(queries: QueryClient, project: string, model: string, number: number, lines: LogLine[]): void {
  const logs = queries.getQueryCache().findAll({ queryKey: keys.version(project, model, number).concat("log") });
  for (const { queryKey } of logs) {
    const { search } = queryKey.at(-1) as { search?: string };
    patch<LogData>(queries, { queryKey, exact: true }, (data) => appendLines(data, lines, search));
  }
}

function invalidateKind(queries: QueryClient, project: string, kind: ObjectChanged["kind"]) {
  const touched = {
    project: [keys.projects, keys.info(project)],
    dataset: [keys.datasets(project)],
    model: [keys.models(project)],
    version: [keys.models(project)],
    engine: [keys.engines],
  }[kind];
  for (const queryKey of touched) queries.invalidateQueries({ queryKey });
  queries.invalidateQueries({ queryKey: keys.allActivity(project) });
}

const SPLITS = ["train", "validation", "test"] as const;

/** The curves with newly logged points added in order; a point already there is left out. */
export function appendPoints(curves: Curves, points: Record<string, CurvePoint[]>): Curves {
  const next = [...curves.curves];
  for (const [key, added] of Object.entries(points)) {
    const split = SPLITS.find((name) => key.startsWith(`${name}_`)) ?? null;
    const name = split ? key.slice(split.length + 1) : key;
    const index = next.findIndex((curve) => curve.name === name && curve.split === split);
    const curve: Curve = next[index] ?? { name, split, points: [], point_count: 0 };
    const last = curve.points.at(-1)?.step ?? -1;
    const fresh = added.filter((point) => point.step > last);
    if (fresh.length === 0) continue;
    const grown = { ...curve, points: [...curve.points, ...fresh], point_count: curve.point_count + fresh.length };
    if (index < 0) next.push(grown);
    else next[index] = grown;
  }
  return { ...curves, curves: next };
}
