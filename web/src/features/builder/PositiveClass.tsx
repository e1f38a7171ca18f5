import { NativeSelect } from "@mantine/core";
import type { Problem } from "@/api/types";
import { type Config, type Draft, setValue } from "./draft";
import { problemsAt } from "./problems";
import styles from "./Trainer.module.css";

interface Props {
  draft: Draft;
  config: Config;
  problems: Problem[];
  /** Both values of the target, if it has exactly two. */
  classes: string[];
}

const PATH = ["output_features", 0, "preprocessing", "fallback_true_label"];

/** Which of two classes counts as positive; nothing for other targets. */
export function PositiveClass({ draft, config, problems, classes }: Props) {
  const target = config.output_features[0];
  if (!target || target.type === "number" || classes.length === 0) return null;
  const chosen = target.preprocessing?.fallback_true_label;
  const value = chosen === undefined || chosen === null ? "" : String(chosen);
  return (
    <div className={styles.fields}>
      <NativeSelect
        label="Positive class"
        description="Precision, recall, F1 and average precision are about it."
        size="xs"
        value={value}
        data={[
          { value: "", label: "Default: the value that means true, else the second" },
          ...[...new Set([...classes, value])]
            .filter((label) => label !== "")
            .map((label) => ({ value: label, label: label })),
        ]}
        onChange={(event) => draft.edit(setValue(PATH, event.currentTarget.value || undefined))}
        error={problemsAt(problems, PATH)}
      />
    </div>
  );
}
