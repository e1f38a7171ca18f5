import { Button, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBox, IconPackageImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runModelsQuery } from "@/api/artifacts";
import type { RunModel } from "@/api/types";
import { SignatureTable } from "@/features/versions/files/SignatureTable";
import { CopyIcon } from "@/ui/CopyId";
import { Needs } from "@/ui/Needs";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Content, Facts } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { Bytes } from "@/ui/Time";
import { RegisterDialog } from "../RegisterDialog";
import type { RunProps } from "./props";
import classes from "./RunPage.module.css";

/** The models that a run left: what they take and give, their files, and the versions made of them. */
export function ModelsTab({ project, run }: RunProps) {
  const query = useQuery(runModelsQuery(project, run.id));
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (!query.data) {
    return (
      <Content>
        <Skeleton height={240} />
      </Content>
    );
  }
  if (query.data.length === 0) {
    return (
      <EmptyState icon={IconBox} title="No models" command={'mlflow.sklearn.log_model(model, name="model")'}>
        A model that the run logs is shown here with its signature and files, and can be registered.
      </EmptyState>
    );
  }
  return (
    <Content>
      {query.data.map((model) => (
        <Model key={model.uri} project={project} run={run} model={model} />
      ))}
    </Content>
  );
}

function Model({ project, run, model }: RunProps & { model: RunModel }) {
  const [registering, { open, close }] = useDisclosure(false);
  const { name, uri, flavors, status, signature, files, size_bytes, versions, error, model_type, path: folder } = model;
  const registered = versions.map(({ model: of, number }) => (
    <Link
      key={`${of}/${number}`}
      to="/p/$project/models/$model/versions/$number"
      params={{ project, model: of, number }}
    >
      {of}/{number}
    </Link>
  ));
  return (
    <section className={classes.model} aria-label={`Model ${name}`}>
      <div className={classes.head}>
        <h2>{name}</h2>
        {run.state === "active" && (
          <Needs permission="project:models:write">
            <Button
              variant="default"
              leftSection={<IconPackageImport size={15} />}
              aria-label={`Register ${name}`}
              onClick={open}
            >
              Register
            </Button>
          </Needs>
        )}
      </div>
      <Facts
        items={[
          [
            "Address",
            <span key="uri" className={classes.uri}>
              <code className="mono">{uri}</code>
              <CopyIcon value={uri} label="Copy the address" />
            </span>,
          ],
          ["Flavors", flavors.join(", ") || "–"],
          ...(model_type ? [["Type", model_type] satisfies [string, string]] : []),
          ...(status ? [["Status", status] satisfies [string, string]] : []),
          ["Size", <Bytes key="size" value={size_bytes} />],
          [
            "Registered as",
            registered.length > 0 ? (
              <span key="as" className={classes.links}>
                {registered}
              </span>
            ) : (
              "not yet"
            ),
          ],
        ]}
      />
      {error && <p className={classes.bad}>{error}</p>}
      {signature ? <SignatureTable signature={signature} /> : <p className={classes.quiet}>No signature was logged.</p>}
      <ScrollRegion label={`Files of ${name}`} className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" data-number>
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ path, size_bytes: size }) => (
              <tr key={path}>
                <td className="mono">
                  {folder === null ? (
                    path
                  ) : (
                    <Link
                      from="/p/$project/runs/$run"
                      to="."
                      search={{ tab: "artifacts", path: folder ? `${folder}/${path}` : path }}
                    >
                      {path}
                    </Link>
                  )}
                </td>
                <td data-number>{size === null ? "–" : <Bytes value={size} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <RegisterDialog project={project} run={run} opened={registering} onClose={close} initial={model} />
    </section>
  );
}
