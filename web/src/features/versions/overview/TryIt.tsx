import { Autocomplete, Button, TextInput } from "@mantine/core";
import { IconArrowsShuffle } from "@tabler/icons-react";
import { type SubmitEvent, useEffect, useMemo, useState } from "react";
import { useMay } from "@/api/permissions";
import type { RowsPage, Signature, Version } from "@/api/types";
import { usePredict } from "@/api/versions";
import { Needs } from "@/ui/Needs";
import { Section } from "@/ui/Section";
import { PredictionView } from "./PredictionView";
import classes from "./TryIt.module.css";
import { type Field, fieldsOf, readPrediction, rowToSend, valuesOf } from "./tryIt";

interface Props {
  project: string;
  version: Version;
  signature: Signature;
  /** Of the data that it was trained on; null until they are here, or when the data is gone. */
  rows: RowsPage | null;
}

/** One row to predict, filled in from the data the version was trained on. */
export function TryIt({ project, version, signature, rows }: Props) {
  const { model, number, target } = version;
  const fields = useMemo(() => fieldsOf(signature, rows), [signature, rows]);
  const [at, setAt] = useState<number | null>(null);
  const [values, setValues] = useState<Record<string, string>>({});
  const may = useMay();
  const predict = usePredict({ project, model, number });

  const fill = (index: number) => {
    if (!rows) return;
    setAt(index);
    setValues(valuesOf(fields, rows, index));
    predict.reset();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once, when the rows have arrived.
  useEffect(() => {
    if (rows && rows.rows.length > 0 && at === null) fill(0);
  }, [rows]);

  const change = (name: string, value: string) => {
    // The row is no longer one of the data's, so its true value says nothing any more.
    setAt(-1);
    setValues((old) => ({ ...old, [name]: value }));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!may("project:models:predict")) return;
    predict.mutate({ rows: [rowToSend(signature, values)] });
  };

  const column = rows?.columns.findIndex(({ name }) => name === target) ?? -1;
  const actual = rows && at !== null && at >= 0 && column >= 0 ? rows.rows[at]?.[column] : undefined;
  return (
    <Section
      title="Try it"
      aside={
        rows &&
        rows.rows.length > 1 && (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconArrowsShuffle size={14} />}
            onClick={() => fill(Math.floor(Math.random() * rows.rows.length))}
          >
            Another example
          </Button>
        )
      }
    >
      <form onSubmit={submit} className={classes.form}>
        <div className={classes.fields}>
          {fields.map((field) => (
            <Input key={field.name} field={field} value={values[field.name] ?? ""} onChange={change} />
          ))}
        </div>
        <div className={classes.answer}>
          <Needs permission="project:models:predict">
            <Button type="submit" loading={predict.isPending} fullWidth>
              Predict {target}
            </Button>
          </Needs>
          <PredictionView
            pending={predict.isPending}
            error={predict.error}
            prediction={predict.data ? readPrediction(predict.data, target) : null}
            durationMs={predict.data?.duration_ms ?? null}
            actual={actual}
          />
        </div>
      </form>
    </Section>
  );
}

interface InputProps {
  field: Field;
  value: string;
  onChange: (name: string, value: string) => void;
}

function Input({ field, value, onChange }: InputProps) {
  const { name, control, required, choices } = field;
  const common = {
    label: name,
    title: name,
    placeholder: required ? "missing" : "optional",
    value,
    size: "xs" as const,
  };
  if (control === "choice") {
    return <Autocomplete {...common} data={choices} onChange={(next) => onChange(name, next)} classNames={classes} />;
  }
  const wrong = control === "number" && value !== "" && Number.isNaN(Number(value));
  return (
    <TextInput
      {...common}
      inputMode={control === "number" ? "decimal" : undefined}
      placeholder={control === "date" ? "2026-01-31" : common.placeholder}
      error={wrong && "Not a number"}
      onChange={(event) => onChange(name, event.currentTarget.value)}
      classNames={classes}
    />
  );
}
