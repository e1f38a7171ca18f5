import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { versionConfigQuery } from "@/api/versions";
import { Content } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import type { TabProps } from "../tab";
import classes from "./Config.module.css";
import { DiffView } from "./DiffView";
import { YamlView } from "./YamlView";

const route = getRouteApi("/p/$project/models/$model/versions/$number");

export function ConfigTab({ project, version }: TabProps) {
  const { model, number, parent } = version;
  const { config: chosen } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const query = useQuery(versionConfigQuery({ project, model, number }));
  const shown = chosen === "diff" && parent === null ? "given" : (chosen ?? "given");

  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (!query.data) {
    return (
      <Content>
        <Skeleton height={360} />
      </Content>
    );
  }
  const { given_yaml, rendered_yaml } = query.data;
  return (
    <Content>
      <div className={classes.stack}>
        <SegmentedControl
          className={classes.choice}
          aria-label="Which config"
          value={shown}
          onChange={(next) => show({ config: next === "given" ? undefined : (next as "rendered" | "diff") })}
          data={[
            { value: "given", label: "As given" },
            { value: "rendered", label: "As rendered" },
            ...(parent === null ? [] : [{ value: "diff", label: `Changes from #${parent}` }]),
          ]}
        />
        {shown === "given" && (
          <YamlView yaml={given_yaml} fileName={`${model}-${number}.yaml`} label="Config as given" />
        )}
        {shown === "rendered" && (
          <>
            <p className={classes.note}>With every default filled in: training it again gives the same model.</p>
            <YamlView yaml={rendered_yaml} fileName={`${model}-${number}-rendered.yaml`} label="Config as rendered" />
          </>
        )}
        {shown === "diff" && parent !== null && (
          <DiffView project={project} model={model} parent={parent} number={number} rendered={rendered_yaml} />
        )}
      </div>
    </Content>
  );
}
