import type { ColumnSpec, Signature } from "@/api/types";
import classes from "./Files.module.css";

/** What the model takes and gives, in MLflow's type names. */
export function SignatureTable({ signature }: { signature: Signature }) {
  return (
    <div className={classes.signature}>
      <Columns title="Inputs" columns={signature.inputs} withRequired />
      <Columns title="Outputs" columns={signature.outputs} />
    </div>
  );
}

function Columns({
  title,
  columns,
  withRequired = false,
}: {
  title: string;
  columns: ColumnSpec[];
  withRequired?: boolean;
}) {
  return (
    <table className={classes.columns}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">Type</th>
          {withRequired && <th scope="col">Required</th>}
        </tr>
      </thead>
      <tbody>
        {columns.map(({ name, type, required }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="mono">{type}</td>
            {withRequired && <td>{required ? "yes" : "optional"}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
