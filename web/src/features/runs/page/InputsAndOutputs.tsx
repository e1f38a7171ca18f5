import { Link } from "@tanstack/react-router";
import { CopyId } from "@/ui/CopyId";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import type { RunProps } from "./props";
import classes from "./RunPage.module.css";

/** The datasets and models that a run was given, and the models that it left. */
export function InputsAndOutputs({ project, run }: RunProps) {
  const { dataset_inputs, model_inputs, model_outputs, models } = run;
  return (
    <>
      {dataset_inputs.length > 0 && (
        <Section title="Datasets">
          <ScrollRegion label="Datasets" className={classes.scroll}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Used for</th>
                  <th scope="col">Source</th>
                  <th scope="col">Digest</th>
                </tr>
              </thead>
              <tbody>
                {dataset_inputs.map(({ name, digest, context, source_type, source }) => (
                  <tr key={`${name} ${digest} ${context}`}>
                    <td>{name}</td>
                    <td>{context ?? "–"}</td>
                    <td title={source}>{source_type}</td>
                    <td>
                      <CopyId value={digest} label="digest" />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </Section>
      )}
      {(models.length > 0 || model_outputs.length > 0 || model_inputs.length > 0) && (
        <Section title="Models">
          <div className={classes.links}>
            {models.map(({ model, number }) => (
              <Link
                key={`${model}/${number}`}
                to="/p/$project/models/$model/versions/$number"
                params={{ project, model, number }}
              >
                {model}/{number}
              </Link>
            ))}
            {model_outputs.length > 0 && (
              <Link from="/p/$project/runs/$run" to="." search={(old) => ({ ...old, tab: "models" as const })}>
                {model_outputs.length === 1 ? "1 logged model" : `${model_outputs.length} logged models`}
              </Link>
            )}
            {model_inputs.map(({ id }) => (
              <span key={id}>
                given <code className="mono">{id}</code>
              </span>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}
