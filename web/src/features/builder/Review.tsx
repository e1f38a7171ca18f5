import { Button, TextInput, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError, messageOf } from "@/api/errors";
import type { ConfigValidation, DatasetVersion, TrainerInfo } from "@/api/types";
import { formatCount, plural } from "@/lib/format";
import { Needs } from "@/ui/Needs";
import { Problems } from "@/ui/Problems";
import { Facts } from "@/ui/Section";
import type { Config } from "./draft";
import { showValue } from "./options";
import { describe } from "./problems";
import classes from "./Review.module.css";
import type { RunSettings } from "./Run";
import type { Start } from "./useStart";

interface ReviewProps {
  table: DatasetVersion;
  config: Config | null;
  target: string | undefined;
  parent: number | undefined;
  settings: RunSettings;
  trainers: TrainerInfo[];
  validation: ConfigValidation | undefined;
  start: Start;
}

const MAX_SHOWN = 8;
const PROBLEMS = "config-problems";

/** What will be trained, as what, and everything that still stands against it. */
export function Review({ table, config, target, parent, settings, trainers, validation, start }: ReviewProps) {
  const trainer = trainers.find((candidate) => candidate.name === (config?.model_type ?? "gbm"));
  const options = Object.entries((config?.trainer as Record<string, unknown> | undefined) ?? {});
  const facts: [string, ReactNode][] = [
    ["Dataset", `${table.dataset}@${table.number}, ${formatCount(table.row_count)} rows`],
    ["Target", target ?? "–"],
    ["Features", formatCount(config?.input_features.length ?? 0)],
    ["Trainer", trainer?.title ?? String(config?.model_type ?? "–")],
    [
      "Options",
      options.length > 0 ? options.map(([key, value]) => `${key} ${showValue(value)}`).join(", ") : "all defaults",
    ],
    ["Engine", settings.engine],
  ];
  if (parent !== undefined) facts.push(["Made from", `#${parent}`]);
  const problems = validation?.problems ?? [];
  return (
    <div className={classes.review}>
      {config && <Facts items={facts} />}
      {start.asksName && (
        <TextInput
          label="Model"
          description="A model of this name that exists gets a new version."
          value={start.name}
          onChange={(event) => start.setName(event.currentTarget.value)}
          error={start.nameProblem}
          maw={360}
        />
      )}
      {problems.length > 0 && (
        <div id={PROBLEMS} tabIndex={-1}>
          <Problems problems={problems.slice(0, MAX_SHOWN)} label="Problems of the config" />
        </div>
      )}
      {problems.length > MAX_SHOWN && <p className={classes.quiet}>And {problems.length - MAX_SHOWN} more.</p>}
      <Refusal error={start.error} />
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  const refused = error instanceof ApiError ? error : null;
  return (
    <div role="alert" className={classes.refused}>
      <strong>{messageOf(error)}</strong>
      {refused && refused.problems.length > 0 && <Problems problems={refused.problems} />}
      {refused?.hint && <span className={classes.quiet}>{refused.hint}</span>}
    </div>
  );
}

interface StartBarProps {
  validation: ConfigValidation | undefined;
  error: unknown;
  checking: boolean;
  readable: boolean;
  start: Start;
}

/** Always in sight: whether the config can be trained, and the button that starts it. */
export function StartBar({ validation, error, checking, readable, start }: StartBarProps) {
  const refused = !readable || validation?.valid === false || start.nameProblem !== null;
  return (
    <div className={classes.bar}>
      <span aria-live="polite" aria-busy={checking}>
        {verdict(validation, error, readable)}
      </span>
      <Needs permission="project:models:train">
        <Button size="sm" onClick={start.run} loading={start.pending} disabled={refused}>
          Start training
        </Button>
      </Needs>
    </div>
  );
}

function toProblems(): void {
  const list = document.getElementById(PROBLEMS);
  list?.scrollIntoView({ block: "nearest" });
  list?.focus({ preventScroll: true });
}

function verdict(validation: ConfigValidation | undefined, error: unknown, readable: boolean): ReactNode {
  if (!readable) return <span className={classes.bad}>The YAML cannot be read</span>;
  if (error) return <span className={classes.bad}>{messageOf(error)}</span>;
  if (!validation) return <span className={classes.quiet}>Checking the config against the data…</span>;
  if (validation.valid) return <span className={classes.good}>The config fits the data</span>;
  const [first] = validation.problems;
  return (
    <span className={classes.verdict}>
      <UnstyledButton className={`${classes.bad} ${classes.jump}`} onClick={toProblems}>
        {plural(validation.problems.length, "problem")} to solve first
      </UnstyledButton>
      {first && (
        <span className={`${classes.quiet} truncate`} title={describe(first)}>
          {describe(first)}
        </span>
      )}
    </span>
  );
}
