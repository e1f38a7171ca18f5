import { Link } from "@tanstack/react-router";
import type { Evidence, Version } from "@/api/types";

interface Props {
  project: string;
  version: Version;
  evidence: Evidence;
}

const TABS = {
  curve: "training",
  metric: undefined,
  slice: "evaluation",
  importance: "explain",
  option: "config",
  split: "config",
} as const;

/** A fact, leading to where it is shown. */
export function EvidenceLink({ project, version, evidence: { kind, reference, text } }: Props) {
  const { model, number, dataset } = version;
  if (kind === "column") {
    if (!dataset) return text;
    return (
      <Link
        to="/p/$project/datasets/$dataset/versions/$number"
        params={{ project, dataset: dataset.name, number: dataset.number }}
      >
        {text}
      </Link>
    );
  }
  if (kind === "versions") {
    const numbers = reference.split(",").map(Number);
    if (numbers.length < 2) return text;
    return (
      <Link to="/p/$project/models/$model/compare" params={{ project, model }} search={{ v: numbers }}>
        {text}
      </Link>
    );
  }
  return (
    <Link
      to="/p/$project/models/$model/versions/$number"
      params={{ project, model, number }}
      search={{ tab: TABS[kind] }}
    >
      {text}
    </Link>
  );
}
