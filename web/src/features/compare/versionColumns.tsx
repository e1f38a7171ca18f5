import { Link } from "@tanstack/react-router";
import type { Version } from "@/api/types";
import type { ComparedColumn } from "@/ui/compared/ComparedTable";
import { VersionMark } from "./VersionMark";

/** A column for each version; without a project the numbers are no links. */
export function versionColumns(versions: Version[], project?: string): ComparedColumn[] {
  const numbers = versions.map(({ number }) => number);
  return versions.map(({ model, number }) => ({
    key: number,
    head: <Head project={project} model={model} number={number} numbers={numbers} />,
  }));
}

interface Props {
  project: string | undefined;
  model: string;
  number: number;
  numbers: number[];
}

function Head({ project, model, number, numbers }: Props) {
  const mark = <VersionMark number={number} among={numbers} />;
  if (!project) return mark;
  return (
    <Link to="/p/$project/models/$model/versions/$number" params={{ project, model, number }} className="text-link">
      {mark}
    </Link>
  );
}
