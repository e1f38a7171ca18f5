import { IconFiles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { artifactsQuery } from "@/api/artifacts";
import { EmptyState, ErrorState } from "@/ui/States";
import type { RunProps } from "../props";
import type { runSearch } from "../search";
import classes from "./Artifacts.module.css";
import { ArtifactTree } from "./ArtifactTree";
import { foldersOf } from "./kinds";
import { Preview } from "./Preview";

/** The files that a run left: a tree, and beside it what is in the chosen one. */
export function ArtifactsTab({ project, run }: RunProps) {
  const { path } = useSearch({ strict: false }) as ReturnType<typeof runSearch>;
  const root = useQuery(artifactsQuery(project, run.id, ""));
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(foldersOf(path ?? "")));
  // A file that is chosen by its address, or by going back, is shown in its folder.
  useEffect(() => setOpen((old) => new Set([...old, ...foldersOf(path ?? "")])), [path]);
  const toggle = (folder: string) => {
    const next = new Set(open);
    if (!next.delete(folder)) next.add(folder);
    setOpen(next);
  };
  if (root.error) return <ErrorState error={root.error} retry={root.refetch} />;
  if (root.data?.length === 0) {
    return (
      <EmptyState icon={IconFiles} title="No artifacts" command={'mlflow.log_artifact("report.md")'}>
        Files that the run logs are shown here: text, tables, images, Markdown and JSON.
      </EmptyState>
    );
  }
  return (
    <div className={classes.browser}>
      <nav className={classes.side} aria-label="Artifacts">
        <ArtifactTree project={project} run={run.id} folder="" chosen={path} open={open} onToggle={toggle} />
      </nav>
      <div className={classes.main}>
        {path ? (
          <Preview key={path} project={project} run={run.id} path={path} />
        ) : (
          <EmptyState icon={IconFiles} title="Choose a file">
            Its content is shown here.
          </EmptyState>
        )}
      </div>
    </div>
  );
}
