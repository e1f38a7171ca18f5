import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { datasetProfileQuery } from "@/api/datasets";
import type { DatasetVersion, Problem } from "@/api/types";
import { type Config, type Draft, setValue, sourceOf } from "./draft";
import { problemsAt } from "./problems";
import classes from "./Trainer.module.css";

interface Props {
  project: string;
  table: DatasetVersion;
  draft: Draft;
  config: Config;
  problems: Problem[];
}

const PATH = ["output_features", 0, "preprocessing", "fallback_true_label"];

/** Which of two classes counts as positive; nothing for other targets. */
export function PositiveClass({ project, table, draft, config, problems }: Props) {
  const target = config.output_features[0];
  const profile = useQuery(datasetProfileQuery(project, table.dataset, table.number));
  const column = profile.data?.columns.find(({ name }) => target && name === sourceOf(target));
  if (!target || target.type === "number" || column?.distinct_count !== 2) return null;
  const chosen = target.preprocessing?.fallback_true_label;
  const values = column.top_values.map(({ value }) => value);
  const value = chosen === undefined || chosen === null ? "" : String(chosen);
  return (
    <div className={classes.fields}>
      <NativeSelect
        label="Positive class"
        description="Precision, recall, F1 and average precision are about it."
        size="xs"
        value={value}
        data={[
          { value: "", label: "What means true, or the second" },
          ...[...new Set([...values, value])]
            .filter((label) => label !== "")
            .map((label) => ({ value: label, label: label })),
        ]}
        onChange={(event) => draft.edit(setValue(PATH, event.currentTarget.value || undefined))}
        error={problemsAt(problems, PATH)}
      />
    </div>
  );
}
