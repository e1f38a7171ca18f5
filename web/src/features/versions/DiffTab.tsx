import { getRouteApi } from "@tanstack/react-router";
import { DiffView } from "@/features/diff/DiffView";
import type { TabProps } from "./tab";

const route = getRouteApi("/p/$project/models/$model/versions/$number");

export function DiffTab({ project, version: { model, number, parent } }: TabProps) {
  return <DiffView path={{ project, model, number }} parent={parent} search={route.useSearch()} />;
}
