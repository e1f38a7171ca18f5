import { Link } from "@tanstack/react-router";
import type { Version } from "@/api/types";
import { VersionMark } from "./VersionMark";

interface Props {
  /** Without a project the numbers are no links. */
  project?: string;
  versions: Version[];
  /** The heading of the first column. */
  first: string;
}

/** A table's head with a column for each version. */
export function VersionHeads({ project, versions, first }: Props) {
  const among = versions.map(({ number }) => number);
  return (
    <thead>
      <tr>
        {first ? <th scope="col">{first}</th> : <td />}
        {versions.map(({ model, number }) => (
          <th key={number} scope="col">
            {project ? (
              <Link
                to="/p/$project/models/$model/versions/$number"
                params={{ project, model, number }}
                className="text-link"
              >
                <VersionMark number={number} among={among} />
              </Link>
            ) : (
              <VersionMark number={number} among={among} />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}
