import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { versionLineageQuery } from "@/api/lineage";
import { useShow } from "@/ui/table/useShow";
import { LineageView } from "./LineageView";
import { type LineageSearch, lineageFilter } from "./search";

interface Props {
  project: string;
  model: string;
  number: number;
  search: LineageSearch;
}

/** What a version came from and what depends on it, across datasets, runs and versions. */
export function VersionLineage({ project, model, number, search }: Props) {
  const show = useShow<LineageSearch>();
  const { direction } = search;
  const query = useQuery({
    ...versionLineageQuery({ project, model, number }, { ...lineageFilter(search), direction: direction ?? "both" }),
    placeholderData: keepPreviousData,
  });
  return (
    <LineageView project={project} label={`Lineage of ${model} #${number}`} search={search} query={query}>
      <SegmentedControl
        aria-label="Which way"
        data={[
          { value: "both", label: "Both" },
          { value: "origins", label: "Came from" },
          { value: "uses", label: "Depends on it" },
        ]}
        value={direction ?? "both"}
        onChange={(next) => show({ direction: next === "both" ? undefined : (next as "origins" | "uses") })}
      />
    </LineageView>
  );
}
