import type { Column } from "@/api/types";

/** A condition of rows, as the server takes it: without a value where its operator needs none. */
export type Condition = [column: string, operator: string, value?: string];

const WITHOUT_VALUE = ["missing", "present"];
const OF_TEXT = ["contains", "=", "!=", ...WITHOUT_VALUE];
const OF_ORDER = ["=", "!=", "<", "<=", ">", ">=", ...WITHOUT_VALUE];

export const needsValue = (operator: string) => !WITHOUT_VALUE.includes(operator);

/** What a column can be compared by. */
export const operatorsOf = (column: Column | undefined): string[] =>
  column?.data_type === "VARCHAR" ? OF_TEXT : OF_ORDER;

/** The conditions in an address; what cannot be read is left out. */
export function readConditions(text: string | undefined): Condition[] {
  try {
    const parts: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(parts) ? parts.filter(isCondition) : [];
  } catch {
    return [];
  }
}

export const writeConditions = (conditions: Condition[]): string | undefined =>
  conditions.length > 0 ? JSON.stringify(conditions) : undefined;

export const describeCondition = ([column, operator, value]: Condition): string =>
  needsValue(operator) ? `${column} ${operator} ${value}` : `${column} is ${operator}`;

function isCondition(part: unknown): part is Condition {
  return (
    Array.isArray(part) && (part.length === 2 || part.length === 3) && part.every((each) => typeof each === "string")
  );
}
