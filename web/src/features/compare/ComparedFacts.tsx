import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Version } from "@/api/types";
import { VersionDuration } from "@/features/versions/actions/VersionDuration";
import { ComparedTable, cellOf } from "@/ui/compared/ComparedTable";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import classes from "./Compare.module.css";
import { versionColumns } from "./versionColumns";

export function ComparedFacts({ project, versions }: { project: string; versions: Version[] }) {
  const rows: [term: string, cell: (version: Version) => ReactNode, key: (version: Version) => unknown][] = [
    ["Status", ({ status, progress }) => <StatusBadge status={status} progress={progress} />, ({ status }) => status],
    ["Description", ({ description }) => <span className={classes.wrap}>{description || "–"}</span>, () => null],
    [
      "Dataset",
      ({ dataset }) =>
        dataset ? (
          <Link
            to="/p/$project/datasets/$dataset/versions/$number"
            params={{ project, dataset: dataset.name, number: dataset.number }}
            className="text-link"
          >
            {dataset.name}@{dataset.number}
          </Link>
        ) : (
          "–"
        ),
      ({ dataset }) => dataset && `${dataset.name}@${dataset.number}`,
    ],
    ["Target", ({ target }) => target ?? "–", ({ target }) => target],
    ["Trainer", ({ trainer }) => trainer ?? "–", ({ trainer }) => trainer],
    ["Engine", ({ engine }) => engine ?? "–", ({ engine }) => engine],
    ["Seed", ({ seed }) => seed ?? "–", ({ seed }) => seed],
    ["Best iteration", ({ best_iteration }) => best_iteration ?? "–", ({ best_iteration }) => best_iteration],
    ["Duration", (version) => <VersionDuration version={version} />, () => null],
    ["Created", ({ created_at }) => <Time at={created_at} />, () => null],
  ];
  return (
    <ComparedTable
      label="Versions side by side"
      columns={versionColumns(versions, project)}
      pinned
      groups={[
        {
          rows: rows.map(([term, cell, key]) => {
            const [first, ...others] = versions.map(key);
            return {
              key: term,
              title: term,
              cell: cellOf(versions, cell),
              differs: others.some((value) => value !== first),
            };
          }),
        },
      ]}
    />
  );
}
