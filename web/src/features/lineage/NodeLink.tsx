import { Link } from "@tanstack/react-router";
import type { FocusEventHandler, ReactNode } from "react";
import type { LineageNode } from "@/api/types";

interface Props {
  project: string;
  node: LineageNode;
  className?: string | undefined;
  onFocus?: FocusEventHandler<HTMLElement>;
  children: ReactNode;
}

/** Leads to what a node stands for; plain text where there is nothing to lead to. */
export function NodeLink({ project, node, children, ...rest }: Props) {
  const { kind, id, name, number, presence = "here" } = node;
  if (presence === "here" && kind === "version" && number != null) {
    return (
      <Link to="/p/$project/models/$model/versions/$number" params={{ project, model: name, number }} {...rest}>
        {children}
      </Link>
    );
  }
  if (presence === "here" && kind === "dataset_version" && number != null) {
    return (
      <Link to="/p/$project/datasets/$dataset/versions/$number" params={{ project, dataset: name, number }} {...rest}>
        {children}
      </Link>
    );
  }
  const key = id.slice(id.indexOf(":") + 1);
  if (presence === "here" && kind === "run") {
    return (
      <Link to="/p/$project/runs/$run" params={{ project, run: key }} {...rest}>
        {children}
      </Link>
    );
  }
  if (presence === "here" && kind === "evaluation_dataset") {
    return (
      <Link to="/p/$project/evaluation-datasets/$dataset" params={{ project, dataset: key }} {...rest}>
        {children}
      </Link>
    );
  }
  return <span className={rest.className}>{children}</span>;
}
