import { Switch } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { modelLineageQuery } from "@/api/lineage";
import { useShow } from "@/ui/table/useShow";
import { LineageView } from "./LineageView";
import { type LineageSearch, lineageFilter } from "./search";

interface Props {
  project: string;
  model: string;
  search: LineageSearch;
}

/** All versions of a model by what each was made from. */
export function ModelLineage({ project, model, search }: Props) {
  const show = useShow<LineageSearch>();
  const { data = false } = search;
  const query = useQuery({
    ...modelLineageQuery(project, model, { ...lineageFilter(search), data }),
    placeholderData: keepPreviousData,
  });
  return (
    <LineageView project={project} label={`Lineage of ${model}`} search={search} query={query}>
      <Switch
        label="Datasets"
        checked={data}
        onChange={(event) => show({ data: event.currentTarget.checked || undefined })}
      />
    </LineageView>
  );
}
