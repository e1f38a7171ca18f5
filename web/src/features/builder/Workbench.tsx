import { Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { stringify } from "yaml";
import { fetchCode } from "@/api/connection";
import { messageOf } from "@/api/errors";
import { configSchemaQuery, trainersQuery, validationQuery } from "@/api/training";
import type { ConfigValidation, DatasetVersion, DataWarning, Problem, Suggestion } from "@/api/types";
import { Section } from "@/ui/Section";
import { useInUse } from "@/ui/useSeen";
import { Warnings } from "@/ui/Warnings";
import { TARGET_FIELD } from "./Data";
import { type Draft, editText, sourceOf, useDraft } from "./draft";
import { Features } from "./Features";
import { PositiveClass } from "./PositiveClass";
import { describe, marksOf, problemsWithin } from "./problems";
import { Review, StartBar } from "./Review";
import { Run, type RunSettings } from "./Run";
import { Split } from "./Split";
import { Trainer } from "./Trainer";
import { useStart } from "./useStart";
import classes from "./Workbench.module.css";
import { editOf } from "./warnings";

const YamlEditor = lazy(async () => ({ default: (await fetchCode(() => import("./YamlEditor"))).YamlEditor }));

interface Props {
  project: string;
  model: string | undefined;
  table: DatasetVersion;
  initial: string;
  /** What was said of the config as it began. */
  checked: ConfigValidation | undefined;
  notes: string[];
  parent: number | undefined;
  /** The Co-Pilot's suggestion that the config is, until it is edited. */
  suggestion: Suggestion | undefined;
  /** The dataset and target fields, given the target that the config has now and what is wrong with it. */
  data: (target: string | undefined, problem: string | null) => ReactNode;
  /** Edits of a config that this one has replaced. */
  replaced: string | null;
  onEdited: (text: string) => void;
}

const NONE: Problem[] = [];
const NO_CLASSES: string[] = [];

/** The config as a form and as YAML, side by side and always in step, checked as it changes. */
export function Workbench(props: Props) {
  const { project, table, initial, notes } = props;
  const draft = useDraft(initial);
  const [view, setView] = useState("form");
  const [pane, setPane] = useState("yaml");
  const [settings, setSettings] = useState<RunSettings>({
    engine: "local",
    description: props.suggestion?.title ?? "",
  });
  const narrow = useMediaQuery("(max-width: 64em)");
  const isInUse = useInUse();
  // What is not on the screen yet: the options of features, of the split and of the run.
  const schema = useQuery({ ...configSchemaQuery(), enabled: isInUse });
  const trainers = useQuery(trainersQuery());

  const [settled] = useDebouncedValue(draft.text, 250);
  const validation = useQuery({
    ...validationQuery(project, { yaml: settled, dataset: table.dataset, dataset_version: table.number }),
    placeholderData: keepPreviousData,
    initialData: settled === initial ? props.checked : undefined,
  });
  const problems = validation.data?.problems ?? NONE;
  const warnings = validation.data?.warnings ?? [];
  const marks = useMemo(() => marksOf(draft.document, draft.text, problems), [draft.document, draft.text, problems]);
  const checking = settled !== draft.text || validation.isFetching;

  const setText = (text: string) => {
    draft.setText(text);
    props.onEdited(text);
  };
  const form: Draft = {
    ...draft,
    edit: (change) => setText(editText(draft.text, change)),
  };
  const { config } = draft;
  const target = config?.output_features[0] ? sourceOf(config.output_features[0]) : undefined;
  const targetProblem = problemsWithin(problems, ["output_features"]).map(describe).join(" ") || null;
  const suggestion = draft.text === initial ? props.suggestion?.id : undefined;
  const start = useStart({ project, model: props.model, table, draft, parent: props.parent, suggestion, settings });
  const yaml = pane === "yaml" || !validation.data?.rendered;

  return (
    <div className={classes.frame}>
      {narrow && (
        <SegmentedControl
          className={classes.switch}
          data={[
            { value: "form", label: "Form" },
            { value: "yaml", label: "YAML" },
          ]}
          value={view}
          onChange={setView}
          fullWidth
          aria-label="View"
        />
      )}
      {(!narrow || view === "form") && (
        <div className={classes.left}>
          <div className={classes.form}>
            <Section title="Data">
              <Stack gap="md">
                {props.data(target, targetProblem)}
                {config && (
                  <PositiveClass
                    draft={form}
                    config={config}
                    problems={problems}
                    classes={validation.data?.classes ?? NO_CLASSES}
                  />
                )}
              </Stack>
            </Section>
            {warnings.length > 0 && (
              <Section title="Warnings">
                <Warnings warnings={warnings} action={(warning) => <Act warning={warning} draft={form} />} />
              </Section>
            )}
            {(notes.length > 0 || props.replaced) && (
              <Notes
                notes={notes}
                replaced={props.replaced}
                onRestore={() => props.replaced && setText(props.replaced)}
              />
            )}
            {config ? (
              <>
                <Section title="Features">
                  <Features
                    draft={form}
                    rendered={validation.data?.rendered}
                    config={config}
                    columns={table.columns}
                    schema={schema.data}
                    problems={problems}
                  />
                </Section>
                <Section title="Trainer">
                  {trainers.error && <Text c="var(--bad)">{messageOf(trainers.error)}</Text>}
                  <Trainer draft={form} config={config} trainers={trainers.data ?? []} problems={problems} />
                </Section>
                <Section title="Split">
                  <Split
                    draft={form}
                    config={config}
                    columns={table.columns}
                    schema={schema.data}
                    problems={problems}
                  />
                </Section>
                <Section title="Run">
                  <Stack gap="md">
                    <Run
                      draft={form}
                      config={config}
                      schema={schema.data}
                      problems={problems}
                      settings={settings}
                      onSettings={setSettings}
                    />
                  </Stack>
                </Section>
              </>
            ) : (
              <p className={classes.broken}>
                The YAML cannot be read. Fix the errors marked in the editor to use the form again.
              </p>
            )}
            <Section title="Review">
              <Review
                table={table}
                config={config}
                target={target}
                parent={props.parent}
                settings={settings}
                trainers={trainers.data ?? []}
                validation={validation.data}
                start={start}
              />
            </Section>
          </div>
          <StartBar
            validation={validation.data}
            error={validation.error}
            checking={checking}
            readable={config !== null}
            start={start}
          />
        </div>
      )}
      {(!narrow || view === "yaml") && (
        <section className={classes.yaml} aria-label="Config as YAML" aria-busy={validation.isPending}>
          <div className={classes.yamlHead}>
            <SegmentedControl
              data={[
                { value: "yaml", label: "YAML" },
                { value: "rendered", label: "With all defaults", disabled: !validation.data?.rendered },
              ]}
              value={yaml ? "yaml" : "rendered"}
              onChange={setPane}
              aria-label="Which config"
            />
            {draft.text !== initial && (
              <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setText(initial)}>
                Undo all changes
              </Button>
            )}
          </div>
          {yaml ? (
            <Suspense fallback={<pre className={classes.rendered}>{draft.text}</pre>}>
              <YamlEditor value={draft.text} onChange={setText} marks={marks} label="Config as YAML" />
            </Suspense>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keyboard.
            <pre className={classes.rendered} tabIndex={0}>
              {stringify(validation.data?.rendered, { lineWidth: 0 })}
            </pre>
          )}
        </section>
      )}
    </div>
  );
}

/** The click that mends a warning, or leads to what has to be chosen. */
function Act({ warning, draft }: { warning: DataWarning; draft: Draft }) {
  const { action } = warning;
  if (!action) return null;
  const edit = editOf(action);
  const run = () => (edit ? draft.edit(edit) : document.getElementById(TARGET_FIELD)?.focus());
  return (
    <Button variant="default" size="compact-sm" onClick={run}>
      {action.label}
    </Button>
  );
}

interface NotesProps {
  notes: string[];
  replaced: string | null;
  onRestore: () => void;
}

/** What was noticed in the data, and the way back to edits that a new proposal has replaced. */
function Notes({ notes, replaced, onRestore }: NotesProps) {
  return (
    <aside className={classes.notes} aria-label="Notes on the proposed config">
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
        {replaced && (
          <li>
            This config replaced one that you had edited.{" "}
            <Button variant="subtle" size="compact-xs" onClick={onRestore}>
              Restore my edits
            </Button>
          </li>
        )}
      </ul>
    </aside>
  );
}
