import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Version } from "@/api/types";
import { plural, shortId } from "@/lib/format";
import { CopyIcon } from "@/ui/CopyId";
import { Bytes, Time } from "@/ui/Time";
import { referenceOf, wasTrained } from "../actions/state";
import { VersionDuration } from "../actions/VersionDuration";
import { AliasChips } from "./AliasChips";
import classes from "./Overview.module.css";

export function FactList({ project, version }: { project: string; version: Version }) {
  const { model, parent } = version;
  const facts: [string, ReactNode][] = wasTrained(version) ? trainingFacts(project, version) : [];
  if (version.semver)
    facts.unshift([
      "Semantic version",
      <span key="semver" className="tabular">
        {version.semver}
        {version.semver_step && <p className={classes.quiet}>{version.semver_step.reasons.join(" ")}</p>}
      </span>,
    ]);
  facts.unshift(["Aliases", <AliasChips key="aliases" project={project} version={version} />]);
  if (version.ci) facts.push([version.ci.system, <CiFacts key="ci" ci={version.ci} />]);
  if (version.source) facts.push(["Source", <Address key="source" value={version.source.uri} label="source" />]);
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
  if (wasTrained(version)) facts.push(["Duration", <VersionDuration key="duration" version={version} />]);
  facts.push(
    [
      "Registered at",
      <>
        <Time at={version.created_at} /> by {version.created_by}
      </>,
    ],
    ["Last modified", <Time key="modified" at={version.updated_at} />],
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
    ["Model URI", <Address key="uri" value={`models:/${referenceOf(version)}`} label="model URI" />],
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

function CiFacts({ ci }: { ci: NonNullable<Version["ci"]> }) {
  const items = [ci.job, ci.pipeline, ci.commit, ci.branch, ci.merge_request].filter((item) => item !== null);
  return items.map((item) => (
    <div key={item.name}>
      {item.url ? (
        <a href={item.url} target="_blank" rel="noreferrer noopener" className="text-link">
          {item.name}
        </a>
      ) : (
        item.name
      )}
    </div>
  ));
}

function trainingFacts(project: string, version: Version): [string, ReactNode][] {
  const { dataset } = version;
  return [
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
}

function Address({ value, label }: { value: string; label: string }) {
  return (
    <>
      <code className="mono">{value}</code> <CopyIcon value={value} label={`Copy ${label}`} />
    </>
  );
}

function Run({ project, run }: { project: string; run: string }) {
  return (
    <span className={classes.run}>
      <Link to="/p/$project/runs/$run" params={{ project, run }} className="text-link mono">
        {shortId(run)}
      </Link>
      <CopyIcon value={run} label="Copy run ID" />
    </span>
  );
}
