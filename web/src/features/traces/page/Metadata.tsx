import { Section } from "@/ui/Section";
import classes from "./TracePage.module.css";

/** Shown elsewhere on the page, or of no use to a reader. */
const KNOWN = ["mlflow.traceInputs", "mlflow.traceOutputs", "mlflow.trace_schema.version", "mlflow.trace.sizeStats"];

/** What the client noted of a trace. */
export function Metadata({ metadata }: { metadata: Record<string, string> }) {
  const rows = Object.entries(metadata).filter(([key, value]) => value !== "" && !KNOWN.includes(key));
  return (
    <Section title="Metadata">
      {rows.length === 0 ? (
        <p className={classes.quiet}>None.</p>
      ) : (
        <table className={classes.table} aria-label="Metadata">
          <tbody>
            {rows.map(([key, value]) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
