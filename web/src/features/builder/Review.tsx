import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { useTrainVersion } from "@/api/training";
import type { ConfigValidation, DatasetVersion, TrainerInfo } from "@/api/types";
import { formatCount, plural } from "@/lib/format";
import { nameProblem } from "@/lib/names";
import { Problems } from "@/ui/Problems";
import { Facts } from "@/ui/Section";
import type { Draft } from "./draft";
import { showValue } from "./options";
import classes from "./Review.module.css";
import type { RunSettings } from "./Run";

interface Props {
  project: string;
  model: string | undefined;
  table: DatasetVersion;
  draft: Draft;
  target: string | undefined;
  parent: number | undefined;
  settings: RunSettings;
  trainers: TrainerInfo[];
  validation: ConfigValidation | undefined;
  error: unknown;
  checking: boolean;
}

/** What will be trained, whether it can be, and the button that starts it. */
export function Review(props: Props) {
  const { project, model, table, draft, target, parent, settings, trainers, validation, checking } = props;
  const [name, setName] = useState(model ?? table.dataset);
  const train = useTrainVersion(project);
  const navigate = useNavigate();
  const { config } = draft;
  const trainer = trainers.find((candidate) => candidate.name === (config?.model_type ?? "gbm"));
  const problem = model ? null : nameProblem(name);
  const refused = train.error instanceof ApiError ? train.error : null;

  const start = (event: SubmitEvent) => {
    event.preventDefault();
    if (!config || problem) return;
    const body = {
      config: draft.document.toJS() as Record<string, unknown>,
      dataset: table.dataset,
      dataset_version: table.number,
      parent,
      ...settings,
    };
    train.mutate(
      { model: name, body },
      {
        onSuccess: (version) =>
          navigate({
            to: "/p/$project/models/$model/versions/$number",
            params: { project, model: version.model, number: version.number },
          }),
      },
    );
  };

  const changed = Object.entries((config?.trainer as Record<string, unknown> | undefined) ?? {});
  const facts: [string, ReactNode][] = [
    ["Dataset", `${table.dataset}@${table.number}, ${formatCount(table.row_count)} rows`],
    ["Target", target ?? "–"],
    ["Features", formatCount(config?.input_features.length ?? 0)],
    ["Trainer", trainer?.title ?? String(config?.model_type ?? "–")],
    [
      "Options",
      changed.length > 0 ? changed.map(([key, value]) => `${key} ${showValue(value)}`).join(", ") : "all defaults",
    ],
    ["Engine", settings.engine],
  ];
  if (parent !== undefined) facts.push(["Made from", `#${parent}`]);
  return (
    <form onSubmit={start} className={classes.review} noValidate>
      <Facts items={facts} />
      {!model && (
        <TextInput
          label="Model"
          description="A model of this name that exists gets a new version."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          maw={360}
        />
      )}
      <Verdict validation={validation} error={props.error} checking={checking} />
      {train.error && (
        <div role="alert" className={classes.refused}>
          <strong>{messageOf(train.error)}</strong>
          {refused && refused.problems.length > 0 && <Problems problems={refused.problems} />}
          {refused?.hint && <span className={classes.quiet}>{refused.hint}</span>}
        </div>
      )}
      <div>
        <Button
          type="submit"
          size="sm"
          loading={train.isPending}
          disabled={!config || Boolean(problem) || validation?.valid === false}
        >
          Start training
        </Button>
      </div>
    </form>
  );
}

function Verdict({ validation, error, checking }: Pick<Props, "validation" | "error" | "checking">) {
  if (error) return <p className={classes.bad}>{messageOf(error)}</p>;
  if (!validation) return <p className={classes.quiet}>Checking the config against the data…</p>;
  const { problems, valid } = validation;
  return (
    <div aria-live="polite" className={classes.verdict} data-checking={checking || undefined}>
      {valid ? (
        <p className={classes.good}>The config fits the data.</p>
      ) : (
        <>
          <p className={classes.bad}>{plural(problems.length, "problem")} to solve first</p>
          <Problems problems={problems.slice(0, MOST)} />
          {problems.length > MOST && <p className={classes.quiet}>And {problems.length - MOST} more.</p>}
        </>
      )}
    </div>
  );
}

const MOST = 8;
