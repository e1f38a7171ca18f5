import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMemo } from "react";
import type { Column, Problem } from "@/api/types";
import { type Config, type Draft, setValue } from "./draft";
import { OptionField } from "./OptionField";
import { schemaOptions } from "./options";
import { describe, problemsAt } from "./problems";
import classes from "./Trainer.module.css";

interface Props {
  draft: Draft;
  config: Config;
  columns: Column[];
  schema: object | undefined;
  problems: Problem[];
}

const TYPES = [
  { value: "random", label: "Random" },
  { value: "stratify", label: "Stratified by a column" },
  { value: "datetime", label: "By date" },
  { value: "fixed", label: "Fixed by a column" },
];
const PARTS = ["Train", "Validation", "Test"];
const SHARES = [0.7, 0.1, 0.2];
const ROOT = ["preprocessing", "split"];

/** How rows are divided and sampled. */
export function Split({ draft, config, columns, schema, problems }: Props) {
  const preparation = section(config.preprocessing);
  const split = section(preparation.split);
  const type = typeof split.type === "string" ? split.type : "random";
  const shares = Array.isArray(split.probabilities) ? split.probabilities : SHARES;
  const sampling = useMemo(() => schemaOptions(schema, "DataPreparation"), [schema]);
  const general = problems.filter(
    ({ path }) => path === "preprocessing.split" || path === "preprocessing.split.probabilities",
  );

  const choose = (next: string) =>
    draft.edit((document) => {
      setValue([...ROOT, "type"], next)(document);
      if (next === "fixed") setValue([...ROOT, "probabilities"], undefined)(document);
      setValue(
        [...ROOT, "column"],
        next === "datetime" ? columns.find((column) => column.feature_type === "date")?.name : undefined,
      )(document);
    });
  const setShare = (index: number, text: string) => {
    const percent = Number(text);
    if (!Number.isFinite(percent)) return;
    const next = shares.map((share, at) => (at === index ? Math.round(percent * 100) / 10_000 : share));
    draft.edit(setValue([...ROOT, "probabilities"], next));
  };

  return (
    <Stack gap="md">
      <div className={classes.fields}>
        <NativeSelect
          label="Split"
          value={type}
          data={TYPES}
          onChange={(event) => choose(event.currentTarget.value)}
          error={problemsAt(problems, [...ROOT, "type"])}
          size="xs"
        />
        {type !== "random" && (
          <NativeSelect
            label="Column"
            value={typeof split.column === "string" ? split.column : ""}
            data={[
              { value: "", label: type === "stratify" ? "The target" : "Choose a column" },
              ...columns.map(({ name }) => name),
            ]}
            onChange={(event) => draft.edit(setValue([...ROOT, "column"], event.currentTarget.value || undefined))}
            error={problemsAt(problems, [...ROOT, "column"])}
            size="xs"
          />
        )}
      </div>
      {type !== "fixed" && (
        <div className={classes.fields}>
          {PARTS.map((part, index) => (
            <TextInput
              key={part}
              label={`${part}, %`}
              type="number"
              min={0}
              max={100}
              step={5}
              className="tabular"
              value={String(Math.round(Number(shares[index] ?? 0) * 10_000) / 100)}
              onChange={(event) => setShare(index, event.currentTarget.value)}
              error={general.length > 0}
            />
          ))}
        </div>
      )}
      {general.length > 0 && <div className={classes.problem}>{general.map(describe).join(" ")}</div>}
      {sampling.length > 0 && (
        <details className={classes.group}>
          <summary>Sampling</summary>
          <div className={classes.fields}>
            {sampling.map((option) => (
              <OptionField
                key={option.name}
                option={option}
                value={preparation[option.name]}
                onChange={(value) => draft.edit(setValue(["preprocessing", option.name], value))}
                error={problemsAt(problems, ["preprocessing", option.name])}
              />
            ))}
          </div>
        </details>
      )}
    </Stack>
  );
}

const section = (value: unknown) =>
  (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
