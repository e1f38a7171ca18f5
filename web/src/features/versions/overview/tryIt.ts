import type { ColumnSpec, FeatureType, PredictResponse, RowsPage, Signature, Version } from "@/api/types";
import { isUsable } from "../actions/state";

export type Control = "number" | "choice" | "text" | "date";

export interface Field {
  name: string;
  control: Control;
  required: boolean;
  /** For `choice`: the values seen in the rows at hand. */
  choices: string[];
}

const NUMERIC = new Set(["double", "float", "long", "integer"]);
const MAX_CHOICES = 100;

/** Whether a worker could load the version's model, and its inputs are columns that a form can ask for. */
export function canBeTried({ status, signature, source }: Pick<Version, "status" | "signature" | "source">): boolean {
  const isHere = source === null || source === undefined || source.is_here;
  const columns = signature?.inputs ?? [];
  return isUsable(status) && isHere && columns.length > 0 && !columns.some(({ type }) => type.startsWith("tensor"));
}

/** One form field for each input of the signature; the data tells categories from free text. */
export function fieldsOf(signature: Signature, rows: RowsPage | null): Field[] {
  return signature.inputs.map((input) => {
    const index = rows?.columns.findIndex(({ name }) => name === input.name) ?? -1;
    const type = rows?.columns[index]?.feature_type;
    const control = controlOf(input, type);
    return {
      name: input.name,
      control,
      required: input.required,
      choices: control === "choice" && rows && index >= 0 ? distinct(rows, index) : [],
    };
  });
}

function controlOf({ type }: ColumnSpec, feature: FeatureType | undefined): Control {
  if (type === "boolean" || feature === "category" || feature === "binary") return "choice";
  if (NUMERIC.has(type)) return "number";
  if (type === "datetime" || feature === "date") return "date";
  return "text";
}

function distinct(rows: RowsPage, index: number): string[] {
  const values = new Set(rows.rows.map((row) => row[index]).filter((value) => value !== null && value !== undefined));
  return [...values].map(String).sort().slice(0, MAX_CHOICES);
}

/** What the form holds for one row of the data: text as it would be typed. */
export function valuesOf(fields: Field[], rows: RowsPage, at: number): Record<string, string> {
  const row = rows.rows[at] ?? [];
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = row[rows.columns.findIndex((column) => column.name === name)];
      return [name, value === null || value === undefined ? "" : String(value)];
    }),
  );
}

/** The inputs of the signature from one row of the data, as JSON values. */
export function exampleRow(signature: Signature, rows: RowsPage, at: number): Record<string, unknown> {
  const row = rows.rows[at] ?? [];
  return Object.fromEntries(
    signature.inputs.map(({ name }) => [name, row[rows.columns.findIndex((column) => column.name === name)] ?? null]),
  );
}

/** The row to send: what is empty is missing, and each value has the type that the signature asks for. */
export function rowToSend(signature: Signature, values: Record<string, string>): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const { name, type, required } of signature.inputs) {
    const text = values[name] ?? "";
    if (text !== "") entries.push([name, typed(text, type)]);
    else if (required) entries.push([name, null]);
  }
  return Object.fromEntries(entries);
}

function typed(text: string, type: string): unknown {
  if (type === "boolean" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const number = Number(text);
  return NUMERIC.has(type) && !Number.isNaN(number) ? number : text;
}

export interface Prediction {
  value: unknown;
  probability: number | null;
  /** By class, most probable first. */
  probabilities: { label: string; value: number }[];
}

/** The first row of an answer, taken apart by its column names; those of a model without a target mean no more. */
export function readPrediction(response: PredictResponse, target: string | null): Prediction {
  const row = response.rows[0] ?? {};
  if (target === null) {
    const [first] = response.columns;
    const all = response.columns.map((name) => `${name}: ${String(row[name])}`).join(", ");
    const value = response.columns.length === 1 && first !== undefined ? row[first] : all;
    return { value, probability: null, probabilities: [] };
  }
  const prefix = `${target}_probabilities_`;
  const probabilities = response.columns
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ label: name.slice(prefix.length), value: Number(row[name]) }))
    .sort((a, b) => b.value - a.value);
  const probability = row[`${target}_probability`];
  return {
    value: row[`${target}_predictions`],
    probability: probability === undefined ? null : Number(probability),
    probabilities,
  };
}
