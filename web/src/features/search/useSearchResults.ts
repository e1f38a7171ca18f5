import {
  IconBox,
  IconChecklist,
  IconDatabase,
  IconFlask,
  IconListTree,
  IconMessage2,
  IconPlayerPlay,
  type IconProps,
  IconVersions,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { evaluationDatasetsQuery } from "@/api/evaluationDatasets";
import { experimentsQuery } from "@/api/experiments";
import { keys } from "@/api/keys";
import { itemsOf, type Pages } from "@/api/pages";
import { useMay } from "@/api/permissions";
import { searchQuery } from "@/api/projects";
import type { SearchHit } from "@/api/types";
import { shortId } from "@/lib/format";
import { PLACES } from "./places";

const KINDS = {
  model: { icon: IconBox, label: "Models" },
  version: { icon: IconVersions, label: "Versions" },
  prompt: { icon: IconMessage2, label: "Prompts" },
  dataset: { icon: IconDatabase, label: "Datasets" },
  run: { icon: IconPlayerPlay, label: "Runs" },
} as const;

const RUN_ID = /^[0-9a-f]{32}$/;
const TRACE_ID = /^tr-[0-9a-f]{32}$/;
const MAX_LISTED = 8;

export interface SearchResult {
  key: string;
  icon: ComponentType<IconProps>;
  name: string;
  number?: number | null;
  /** What was found where it is not the name: an alias or a param. */
  foundAs?: string | null;
  description?: string;
  at?: string;
  open: () => unknown;
}

/** Search results by kind, without the kinds that have none. */
export function useSearchResults(project: string, q: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const may = useMay();
  const seesExperiments = may("project:experiments:read") !== false;
  // One answer of all, so that nothing moves away under the pointer while the rest still arrives.
  const search = useQuery({
    queryKey: [...keys.search(project, q), seesExperiments ? "all kinds" : "of the project"],
    queryFn: () =>
      Promise.all([
        queries.fetchQuery(searchQuery(project, q)),
        seesExperiments ? queries.fetchInfiniteQuery(experimentsQuery(project, { search: q })) : undefined,
        seesExperiments ? queries.fetchInfiniteQuery(evaluationDatasetsQuery(project, { search: q })) : undefined,
      ]),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const [named, experiments, evaluation] = search.data ?? [];
  const hits = q === "" ? [] : (named?.hits ?? []);

  const open = ({ kind, name, number, id }: SearchHit) => {
    if (kind === "run" && id != null) return navigate({ to: "/p/$project/runs/$run", params: { project, run: id } });
    if (kind === "prompt") return navigate({ to: "/p/$project/prompts/$prompt", params: { project, prompt: name } });
    if (kind === "dataset")
      return navigate({ to: "/p/$project/datasets/$dataset", params: { project, dataset: name } });
    if (kind === "version" && number != null) {
      return navigate({ to: "/p/$project/models/$model/versions/$number", params: { project, model: name, number } });
    }
    return navigate({ to: "/p/$project/models/$model", params: { project, model: name } });
  };
  const ofKind = (kind: SearchHit["kind"]) => ({
    label: KINDS[kind].label,
    results: hits
      .filter((hit) => hit.kind === kind)
      .slice(0, MAX_LISTED)
      .map((hit): SearchResult => {
        const { name, number, id, description, updated_at: at, found_as: foundAs } = hit;
        const { icon } = KINDS[kind];
        return { key: id ?? `${name}/${number}`, icon, name, number, foundAs, description, at, open: () => open(hit) };
      }),
  });
  const groups: { label: string; results: SearchResult[] }[] = [
    ofKind("model"),
    ofKind("version"),
    ofKind("prompt"),
    ofKind("dataset"),
    {
      label: "Experiments",
      results: firstOf(q, experiments).map(({ id, name, description, updated_at }) => ({
        key: id,
        icon: IconFlask,
        name,
        description,
        at: updated_at,
        open: () => navigate({ to: "/p/$project/experiments/$experiment", params: { project, experiment: id } }),
      })),
    },
    {
      label: "Evaluation datasets",
      results: firstOf(q, evaluation).map(({ id, name, experiments: [home], updated_at }) => ({
        key: id,
        icon: IconChecklist,
        name,
        description: home?.name ?? "",
        at: updated_at,
        open: () => navigate({ to: "/p/$project/evaluation-datasets/$dataset", params: { project, dataset: id } }),
      })),
    },
    ofKind("run"),
    {
      label: "Run ID",
      results: (RUN_ID.test(q) ? [q] : []).map((run) => ({
        key: run,
        icon: IconPlayerPlay,
        name: `Run ${shortId(run)}`,
        open: () => navigate({ to: "/p/$project/runs/$run", params: { project, run } }),
      })),
    },
    {
      label: "Traces",
      results: (TRACE_ID.test(q) ? [q] : []).map((trace) => ({
        key: trace,
        icon: IconListTree,
        name: `Trace ${shortId(trace)}`,
        open: () => navigate({ to: "/p/$project/traces/$trace", params: { project, trace } }),
      })),
    },
    {
      label: "Go to",
      results: PLACES.filter(
        ({ label, permission }) => may(permission) !== false && label.toLowerCase().includes(q.toLowerCase()),
      ).map(({ label, icon, to }) => ({
        key: to,
        icon,
        name: label,
        open: () => navigate({ to, params: { project } }),
      })),
    },
  ];
  return {
    groups: groups.filter(({ results }) => results.length > 0),
    error: search.error,
    isFetching: search.isFetching,
  };
}

const firstOf = <Item>(q: string, data: Pages<Item> | undefined): Item[] =>
  q === "" ? [] : itemsOf(data).slice(0, MAX_LISTED);
