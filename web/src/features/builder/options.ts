import type { TrainerOption } from "@/api/types";

/** One setting that a field is made for, from a trainer's options or from the config's JSON Schema. */
export type Option = Omit<TrainerOption, "group"> & { group?: string };

interface JsonSchema {
  type?: string;
  enum?: string[];
  const?: string;
  anyOf?: JsonSchema[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, JsonSchema>;
  $defs?: Record<string, JsonSchema>;
}

/**
 * The options of one part of the config, e.g. `NumberPreprocessing`, or of its top level; those that no plain field
 * can edit are left out.
 */
export function schemaOptions(schema: object | undefined, part: string | null): Option[] {
  const root = schema as JsonSchema | undefined;
  const properties = (part === null ? root : root?.$defs?.[part])?.properties ?? {};
  return Object.entries(properties).flatMap(([name, property]) => toOption(name, property) ?? []);
}

function toOption(name: string, property: JsonSchema): Option | null {
  const kinds = property.anyOf ?? [property];
  const kind = kinds.find((candidate) => candidate.type !== "null");
  const type = kind && typeOf(kind);
  if (!kind || !type) return null;
  return {
    name,
    type,
    default: property.default,
    minimum: kind.minimum ?? kind.exclusiveMinimum ?? null,
    maximum: kind.maximum ?? null,
    choices: kind.enum ?? null,
    nullable: kinds.some((candidate) => candidate.type === "null"),
    help: property.description ?? "",
  };
}

function typeOf({ type, enum: choices }: JsonSchema): Option["type"] | null {
  if (choices) return "choice";
  if (type === "integer" || type === "number" || type === "boolean" || type === "string") return type;
  return null;
}

/** A value as a person reads it, for placeholders and summaries. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** What was typed into a text field for an option, as a value; text that is none stays text, for the server to refuse. */
export function readValue(option: Option, typed: string): unknown {
  const text = typed.trim();
  if (text === "") return undefined;
  if (option.nullable && /^(none|null)$/i.test(text)) return null;
  if (option.type === "integer_list") {
    const items = text.split(/[\s,]+/).filter(Boolean);
    return items.every((item) => /^-?\d+$/.test(item)) ? items.map(Number) : text;
  }
  if (option.type === "integer" || option.type === "number") {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  return typed;
}

export const titleOf = (name: string) => {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};
