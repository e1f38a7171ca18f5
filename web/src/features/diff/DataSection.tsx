import { Link } from "@tanstack/react-router";
import type { ColumnShift, DataDiff, DatasetRef } from "@/api/types";
import { formatCount, formatNumber, formatShare } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Facts, Section } from "@/ui/Section";
import { ChangeTable } from "./ChangeTable";
import classes from "./Diff.module.css";

interface Props {
  project: string;
  data: DataDiff;
  names: [before: string, after: string];
}

const TESTS = { kolmogorov_smirnov: "Kolmogorov-Smirnov", chi_square: "chi-square" };

/** The two datasets: rows, columns, and how far the values of each column moved. */
export function DataSection({ project, data, names }: Props) {
  const { columns = [], shifts = [], notes = [] } = data;
  return (
    <Section title="Data">
      <Facts
        items={[
          [names[0], <Dataset key="before" project={project} dataset={data.before} rows={data.rows_before} />],
          [names[1], <Dataset key="after" project={project} dataset={data.after} rows={data.rows_after} />],
        ]}
      />
      {data.same_rows && <p className={classes.quiet}>Both were trained on the same rows.</p>}
      {notes.map((note) => (
        <p key={note} className={classes.quiet}>
          {note}
        </p>
      ))}
      {columns.length > 0 && (
        <ChangeTable
          label="Changes of the columns"
          first="Column"
          before={names[0]}
          after={names[1]}
          changes={columns}
        />
      )}
      {shifts.length > 0 && <Shifts shifts={shifts} />}
    </Section>
  );
}

function Dataset({
  project,
  dataset,
  rows,
}: {
  project: string;
  dataset: DatasetRef | null;
  rows: number | null | undefined;
}) {
  if (!dataset) return "–";
  return (
    <>
      <Link
        to="/p/$project/datasets/$dataset/versions/$number"
        params={{ project, dataset: dataset.name, number: dataset.number }}
        className="text-link"
      >
        {dataset.name}@{dataset.number}
      </Link>
      {rows != null && <span className={classes.quiet}> {formatCount(rows)} rows</span>}
    </>
  );
}

const VERDICTS = { none: "no shift", small: "small shift", large: "large shift", unknown: "not known" };

function Shifts({ shifts }: { shifts: ColumnShift[] }) {
  return (
    <ScrollRegion label="Shift of each column" className={classes.scroller}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Shift</th>
            <th scope="col">PSI</th>
            <th scope="col">Test</th>
            <th scope="col">p</th>
            <th scope="col">Missing</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {shifts.map((shift) => (
            <tr key={shift.column}>
              <th scope="row" className="mono">
                {shift.column}
              </th>
              <td data-shift={shift.verdict}>{VERDICTS[shift.verdict]}</td>
              <td className="tabular">{formatNumber(shift.psi)}</td>
              <td>{shift.test ? TESTS[shift.test] : "–"}</td>
              <td className="tabular">{formatNumber(shift.p_value)}</td>
              <td className="tabular">
                {formatShare(shift.missing_before, 1)} → {formatShare(shift.missing_after, 1)}
              </td>
              <td className={classes.why}>{shift.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
