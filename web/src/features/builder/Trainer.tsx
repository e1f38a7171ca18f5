import { Stack, UnstyledButton } from "@mantine/core";
import type { Problem, TrainerInfo } from "@/api/types";
import { type Config, type Draft, setValue } from "./draft";
import { OptionField } from "./OptionField";
import { describe, problemsAt } from "./problems";
import classes from "./Trainer.module.css";

interface Props {
  draft: Draft;
  config: Config;
  trainers: TrainerInfo[];
  problems: Problem[];
}

const GROUPS = ["main", "regularization", "early stopping", "advanced"] as const;

/** The choice of the trainer, and a form made from the options that it publishes. */
export function Trainer({ draft, config, trainers, problems }: Props) {
  const chosen = trainers.find(({ name }) => name === (config.model_type ?? "gbm"));
  const trainerOptions = (
    typeof config.trainer === "object" && config.trainer !== null ? config.trainer : {}
  ) as Record<string, unknown>;
  const unknown = problemsAt(problems, ["model_type"]);

  const choose = (trainer: TrainerInfo) =>
    draft.edit((document) => {
      setValue(["model_type"], trainer.name)(document);
      const names = new Set(trainer.options.map(({ name }) => name));
      for (const name of Object.keys(trainerOptions)) {
        if (!names.has(name)) setValue(["trainer", name], undefined)(document);
      }
    });

  const strays = problems.filter(
    ({ path }) =>
      path === "trainer" ||
      (path.startsWith("trainer.") && !chosen?.options.some(({ name }) => path === `trainer.${name}`)),
  );
  return (
    <Stack gap="md">
      <div className={classes.cards} role="radiogroup" aria-label="Trainer">
        {trainers.map((trainer) => (
          <UnstyledButton
            key={trainer.name}
            role="radio"
            aria-checked={trainer === chosen}
            className={classes.card}
            onClick={() => choose(trainer)}
          >
            <span className={classes.title}>
              {trainer.title} <code className={classes.code}>{trainer.name}</code>
            </span>
            <span className={classes.description}>{trainer.description}</span>
          </UnstyledButton>
        ))}
      </div>
      {unknown && <div className={classes.problem}>{unknown}</div>}
      {strays.length > 0 && (
        <div className={classes.problem}>{strays.map((stray) => `${stray.path}: ${describe(stray)}`).join(" ")}</div>
      )}
      {chosen &&
        GROUPS.map((group) => {
          const options = chosen.options.filter((option) => (option.group ?? "main") === group);
          if (options.length === 0) return null;
          const fields = (
            <div className={classes.fields}>
              {options.map((option) => (
                <OptionField
                  key={`${chosen.name}.${option.name}`}
                  option={option}
                  value={trainerOptions[option.name]}
                  onChange={(value) => draft.edit(setValue(["trainer", option.name], value))}
                  error={problemsAt(problems, ["trainer", option.name])}
                />
              ))}
            </div>
          );
          if (group === "main") return <div key={group}>{fields}</div>;
          const touched = options.some(({ name }) => name in trainerOptions);
          return (
            <details key={group} open={touched || undefined} className={classes.group}>
              <summary>{group.charAt(0).toUpperCase() + group.slice(1)}</summary>
              {fields}
            </details>
          );
        })}
    </Stack>
  );
}
