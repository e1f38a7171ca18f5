import { Button, Checkbox, NativeSelect, Popover, Stack } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Column, Problem } from "@/api/types";
import { plural } from "@/lib/format";
import { SearchField } from "@/ui/SearchField";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { type Config, type Draft, type Feature, setInputs, setValue, sourceOf } from "./draft";
import classes from "./Features.module.css";
import { OptionField } from "./OptionField";
import { type Option, schemaOptions, showValue } from "./options";
import { describe, problemsAt, problemsWithin } from "./problems";

interface Props {
  draft: Draft;
  config: Config;
  columns: Column[];
  schema: object | undefined;
  problems: Problem[];
  /** The config with every default that the trainer gives filled in; undefined while it is not known. */
  rendered: Record<string, unknown> | null | undefined;
}

interface Row {
  column: Column;
  /** Where it stands in `input_features`; -1 when it is left out. */
  index: number;
  feature: Feature | null;
}

const TYPES = ["number", "category", "binary", "text", "date"];

/** Which columns the model learns from, what they are to it, and how they are prepared. */
export function Features({ draft, config, columns, schema, problems, rendered }: Props) {
  const [q, setQ] = useState<string | undefined>();
  const target = config.output_features[0] ? sourceOf(config.output_features[0]) : null;
  const rows = useMemo(() => {
    const indexes = new Map(config.input_features.map((feature, index) => [sourceOf(feature), index]));
    return columns
      .filter(({ name }) => name !== target && name.toLowerCase().includes((q ?? "").toLowerCase()))
      .map((column): Row => {
        const index = indexes.get(column.name) ?? -1;
        return { column, index, feature: config.input_features[index] ?? null };
      });
  }, [config, columns, target, q]);

  const include = (names: Set<string>, included: boolean) => {
    const now = new Set(config.input_features.map(sourceOf));
    const inputs = columns.filter(({ name }) => (names.has(name) ? included : now.has(name)));
    draft.edit(setInputs(inputs.map(({ name, feature_type }) => ({ name, type: feature_type }))));
  };
  const all = (included: boolean) => include(new Set(rows.map((row) => row.column.name)), included);

  const tableColumns: DataColumn<Row>[] = [
    {
      id: "name",
      header: "Column",
      fixed: true,
      grow: true,
      cell: ({ column, feature }) => (
        <Checkbox
          label={column.name}
          checked={feature !== null}
          onChange={(event) => include(new Set([column.name]), event.currentTarget.checked)}
          classNames={{ label: classes.name }}
        />
      ),
    },
    {
      id: "type",
      header: "Type",
      fixed: true,
      cell: (row) => row.feature && <TypeSelect row={row} feature={row.feature} draft={draft} problems={problems} />,
    },
    {
      id: "preprocessing",
      header: "Preprocessing",
      fixed: true,
      cell: (row) =>
        row.feature && (
          <Preprocessing
            row={row}
            feature={row.feature}
            draft={draft}
            schema={schema}
            problems={problems}
            rendered={renderedOf(rendered, row.feature)}
          />
        ),
    },
  ];
  const names = new Set(columns.map(({ name }) => name));
  // Problems without a row to stand in: those of the list itself and of features that the table has no column for.
  const stray = [
    ...problems.filter(({ path }) => path === "input_features"),
    ...config.input_features.flatMap((feature, index) =>
      names.has(sourceOf(feature)) ? [] : problemsWithin(problems, ["input_features", index]),
    ),
  ];
  return (
    <div className={classes.frame}>
      <DataTable
        id="builder-features"
        label="Input features"
        columns={tableColumns}
        rows={rows}
        rowId={(row) => row.column.name}
        empty={<p className={classes.none}>No column matches.</p>}
        toolbar={
          <>
            <SearchField label="Filter columns" value={q} onChange={setQ} width={180} />
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => all(true)}>
              Include all
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => all(false)}>
              Exclude all
            </Button>
            <span className={classes.count}>
              {config.input_features.length} of {plural(columns.length - (target ? 1 : 0), "column")}
            </span>
          </>
        }
      />
      {stray.length > 0 && <p className={classes.problem}>{stray.map(describe).join(" ")}</p>}
    </div>
  );
}

interface CellProps {
  row: Row;
  feature: Feature;
  draft: Draft;
  problems: Problem[];
}

function TypeSelect({ row, feature, draft, problems }: CellProps) {
  const path = ["input_features", row.index];
  const error =
    problemsAt(problems, [...path, "type"]) ?? problemsAt(problems, [...path, "name"]) ?? problemsAt(problems, path);
  return (
    <NativeSelect
      aria-label={`Type of ${row.column.name}`}
      value={feature.type}
      data={TYPES.includes(feature.type) ? TYPES : [...TYPES, feature.type]}
      onChange={(event) => {
        const type = event.currentTarget.value;
        draft.edit((document) => {
          setValue([...path, "type"], type)(document);
          setValue([...path, "preprocessing"], undefined)(document);
        });
      }}
      error={error}
      size="xs"
      w={118}
    />
  );
}

interface PreprocessingProps extends CellProps {
  schema: object | undefined;
  rendered: Record<string, unknown>;
}

function Preprocessing({ row, feature, draft, schema, problems, rendered }: PreprocessingProps) {
  const options = useMemo(
    () => schemaOptions(schema, `${feature.type.charAt(0).toUpperCase()}${feature.type.slice(1)}Preprocessing`),
    [schema, feature.type],
  );
  const path = ["input_features", row.index, "preprocessing"];
  const wrong = problemsWithin(problems, path).length;
  const preprocessing = feature.preprocessing ?? {};
  return (
    <Popover position="bottom-end" shadow="md" width={320} trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color={wrong > 0 ? "red" : "gray"}
          className={classes.summary}
          aria-label={`Preprocessing of ${row.column.name}: ${summary(preprocessing)}`}
        >
          {wrong > 0 ? plural(wrong, "problem") : summary(preprocessing)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Preprocessing of ${row.column.name}`}>
        <Stack gap="sm">
          {options.map((option: Option) => (
            <OptionField
              key={option.name}
              option={withDefault(option, preprocessing, rendered)}
              value={preprocessing[option.name]}
              onChange={(value) => draft.edit(setValue([...path, option.name], value))}
              error={problemsAt(problems, [...path, option.name])}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** How the trainer prepares a feature. */
function renderedOf(config: Props["rendered"], feature: Feature): Record<string, unknown> {
  const features = (config?.input_features ?? []) as Feature[];
  const same = features.find((each) => each.name === feature.name && each.type === feature.type);
  return same?.preprocessing ?? {};
}

/** The option with the default that this trainer has, which may be another than that of the config. */
function withDefault(
  option: Option,
  preprocessing: Record<string, unknown>,
  rendered: Record<string, unknown>,
): Option {
  const isKnown = preprocessing[option.name] === undefined && option.name in rendered;
  return isKnown ? { ...option, default: rendered[option.name] } : option;
}

function summary(preprocessing: Record<string, unknown>): string {
  const parts = Object.values(preprocessing).map(showValue);
  return parts.length > 0 ? parts.join(", ") : "default";
}
