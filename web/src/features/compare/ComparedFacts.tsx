import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Version } from "@/api/types";
import { VersionDuration } from "@/features/versions/actions/VersionDuration";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import classes from "./Compare.module.css";
import { VersionHeads } from "./VersionHeads";

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
    <ScrollRegion className={classes.scroller} label="Versions side by side">
      <table className={classes.table}>
        <VersionHeads project={project} versions={versions} first="" />
        <tbody>
          {rows.map(([term, cell, key]) => {
            const [first, ...others] = versions.map(key);
            const differs = others.some((value) => value !== first);
            return (
              <tr key={term} data-differs={differs || undefined}>
                <th scope="row">{term}</th>
                {versions.map((version) => (
                  <td key={version.number}>{cell(version)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
