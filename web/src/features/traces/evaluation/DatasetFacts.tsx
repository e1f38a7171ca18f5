import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { EvaluationDataset } from "@/api/types";
import { shortId } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { Facts } from "@/ui/Section";
import { tagsText } from "../values";
import classes from "./Evaluation.module.css";
import { When } from "./When";

/** Whose an evaluation dataset is, and what it belongs to. */
export function DatasetFacts({ project, dataset }: { project: string; dataset: EvaluationDataset }) {
  const { id, experiments, created_at, created_by, updated_at, updated_by } = dataset;
  const facts: [string, ReactNode][] = [
    ["Dataset ID", <CopyId key="id" value={id} label="dataset ID" short={shortId(id)} />],
    [
      experiments.length === 1 ? "Experiment" : "Experiments",
      <Experiments key="experiments" project={project} experiments={experiments} />,
    ],
    ["Created", <When key="created" at={created_at} by={created_by} />],
    ["Last modified", <When key="updated" at={updated_at} by={updated_by} />],
  ];
  const tags = tagsText(dataset.tags);
  if (tags) {
    const shown = (
      <span key="tags" className={classes.tags} title={tags}>
        {tags}
      </span>
    );
    facts.push(["Tags", shown]);
  }
  return (
    <div className={classes.facts}>
      <Facts items={facts} />
    </div>
  );
}

function Experiments({ project, experiments }: { project: string; experiments: EvaluationDataset["experiments"] }) {
  if (experiments.length === 0) return "None";
  return (
    <span className={classes.links}>
      {experiments.map(({ id, name }) => (
        <Link
          key={id}
          to="/p/$project/experiments/$experiment"
          params={{ project, experiment: id }}
          search={{ tab: "datasets" }}
        >
          {name}
        </Link>
      ))}
    </span>
  );
}
