import type { DiffChange } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import classes from "./Diff.module.css";

interface Props {
  label: string;
  /** What the first column names. */
  first: string;
  before: string;
  after: string;
  changes: DiffChange[];
}

/** What only one of two has, or both have otherwise. */
export function ChangeTable({ label, first, before, after, changes }: Props) {
  if (changes.length === 0) return <p className={classes.quiet}>No difference.</p>;
  return (
    <ScrollRegion label={label} className={classes.scroller}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col">{before}</th>
            <th scope="col">{after}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path} data-change={change.kind}>
              <th scope="row" className="mono">
                {change.path}
              </th>
              <Value value={change.before} absent={change.kind === "added"} />
              <Value value={change.after} absent={change.kind === "removed"} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Value({ value, absent }: { value: unknown; absent: boolean }) {
  if (absent) return <td className={classes.quiet}>not set</td>;
  return <td className="mono">{textOf(value)}</td>;
}

const textOf = (value: unknown): string => {
  if (typeof value === "string") return value;
  return isFile(value)
    ? `${formatBytes(value.size_bytes)} · ${value.digest.slice(0, 8)}`
    : JSON.stringify(value ?? null);
};

const isFile = (value: unknown): value is { size_bytes: number; digest: string } =>
  typeof value === "object" && value !== null && "size_bytes" in value && "digest" in value;
