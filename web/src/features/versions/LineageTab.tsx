import { getRouteApi } from "@tanstack/react-router";
import { VersionLineage } from "@/features/lineage/VersionLineage";
import type { TabProps } from "./tab";

const route = getRouteApi("/p/$project/models/$model/versions/$number");

export function LineageTab({ project, version: { model, number } }: TabProps) {
  return <VersionLineage project={project} model={model} number={number} search={route.useSearch()} />;
}
