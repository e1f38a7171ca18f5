import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { enginesQuery } from "@/api/engines";
import { useMay } from "@/api/permissions";
import type { Engine, Problem } from "@/api/types";
import { useInUse } from "@/ui/useSeen";
import { type Config, type Draft, setValue } from "./draft";
import { OptionField } from "./OptionField";
import { schemaOptions } from "./options";
import { problemsAt } from "./problems";
import classes from "./Trainer.module.css";

export interface RunSettings {
  engine: string;
  description: string;
}

interface Props {
  draft: Draft;
  config: Config;
  schema: object | undefined;
  problems: Problem[];
  settings: RunSettings;
  onSettings: (settings: RunSettings) => void;
}

/** Where it runs, and under what description. */
export function Run({ draft, config, schema, problems, settings, onSettings }: Props) {
  const may = useMay();
  const engines = useQuery({ ...enginesQuery(), enabled: useInUse() && may("server:engines:read") === true });
  const top = useMemo(() => schemaOptions(schema, null).filter(({ name }) => name === "random_seed"), [schema]);
  const backend = useMemo(() => schemaOptions(schema, "Backend"), [schema]);
  const backendOptions = (
    typeof config.backend === "object" && config.backend !== null ? config.backend : {}
  ) as Record<string, unknown>;
  return (
    <>
      <div className={classes.fields}>
        <TextInput
          label="Description"
          placeholder="What is different about this version?"
          value={settings.description}
          onChange={(event) => onSettings({ ...settings, description: event.currentTarget.value })}
        />
        <NativeSelect
          label="Engine"
          size="xs"
          value={settings.engine}
          data={engines.data?.map((engine) => ({ value: engine.name, label: label(engine) })) ?? [settings.engine]}
          onChange={(event) => onSettings({ ...settings, engine: event.currentTarget.value })}
        />
        {top.map((option) => (
          <OptionField
            key={option.name}
            option={option}
            value={config[option.name]}
            onChange={(value) => draft.edit(setValue([option.name], value))}
            error={problemsAt(problems, [option.name])}
          />
        ))}
      </div>
      {backend.length > 0 && (
        <details className={classes.group}>
          <summary>Retries and limits</summary>
          <div className={classes.fields}>
            {backend.map((option) => (
              <OptionField
                key={option.name}
                option={option}
                value={backendOptions[option.name]}
                onChange={(value) => draft.edit(setValue(["backend", option.name], value))}
                error={problemsAt(problems, ["backend", option.name])}
              />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function label({ name, running, slots, queued }: Engine): string {
  const waiting = queued > 0 ? `, ${queued} waiting` : "";
  return `${name}: ${running} of ${slots} busy${waiting}`;
}
