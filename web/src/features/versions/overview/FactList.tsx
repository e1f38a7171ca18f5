import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Version } from "@/api/types";
import { plural } from "@/lib/format";
import { CopyIcon } from "@/ui/CopyId";
import { Bytes, Time } from "@/ui/Time";
import { referenceOf } from "../actions/state";
import { VersionDuration } from "../actions/VersionDuration";
import classes from "./Overview.module.css";

export function FactList({ project, version }: { project: string; version: Version }) {
  const { dataset, model, parent } = version;
  const facts: [string, ReactNode][] = [
    [
      "Dataset",
      dataset ? (
        <Link
          key="dataset"
          to="/p/$project/datasets/$dataset/versions/$number"
          params={{ project, dataset: dataset.name, number: dataset.number }}
          className="text-link"
        >
          {dataset.name}@{dataset.number}
        </Link>
      ) : (
        "–"
      ),
    ],
    [
      "Target",
      <>
        {version.target ?? "–"} {version.output_type && <span className={classes.quiet}>({version.output_type})</span>}
      </>,
    ],
    ["Trainer", version.trainer ?? "–"],
    ["Engine", version.engine ?? "–"],
    [
      "Seed",
      version.seed === null ? (
        "–"
      ) : (
        <span key="seed" className="tabular">
          {version.seed}
        </span>
      ),
    ],
  ];
  if (version.best_iteration !== null) {
    facts.push([
      "Best iteration",
      <span key="best" className="tabular">
        {version.best_iteration}
      </span>,
    ]);
  }
  if (parent !== null) {
    facts.push([
      "Made from",
      <Link
        key="parent"
        to="/p/$project/models/$model/versions/$number"
        params={{ project, model, number: parent }}
        className="text-link"
      >
        #{parent}
      </Link>,
    ]);
  }
  facts.push(
    ["Duration", <VersionDuration key="duration" version={version} />],
    [
      "Created",
      <>
        <Time at={version.created_at} /> by {version.created_by}
      </>,
    ],
  );
  if (version.file_count > 0) {
    facts.push([
      "Files",
      <>
        {plural(version.file_count, "file")}, <Bytes value={version.size_bytes} />
      </>,
    ]);
  }
  facts.push(
    ["Run", version.run_id ? <Run key="run" project={project} run={version.run_id} /> : "–"],
    [
      "Model URI",
      <>
        <code className="mono">models:/{referenceOf(version)}</code>{" "}
        <CopyIcon value={`models:/${referenceOf(version)}`} label="Copy model URI" />
      </>,
    ],
  );
  return (
    <dl className={classes.facts}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Run({ project, run }: { project: string; run: string }) {
  return (
    <span className={classes.run}>
      <Link to="/p/$project/runs/$run" params={{ project, run }} className="text-link mono">
        {run.slice(0, 8)}
      </Link>
      <CopyIcon value={run} label="Copy run ID" />
    </span>
  );
}
