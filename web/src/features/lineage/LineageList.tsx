import { useMemo } from "react";
import type { Lineage, LineageNode } from "@/api/types";
import { Metric } from "@/ui/Metric";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { kindOf, type Origin, originsOf, statusOf, titleOf } from "./describe";
import { NodeLink } from "./NodeLink";

interface Props {
  project: string;
  lineage: Lineage;
  label: string;
}

const ID = ({ id }: LineageNode) => id;

/** The same as the graph, to read line by line. */
export function LineageList({ project, lineage, label }: Props) {
  const columns = useMemo(() => columnsOf(project, originsOf(lineage)), [project, lineage]);
  return (
    <DataTable
      id="lineage"
      label={label}
      rows={lineage.nodes}
      rowId={ID}
      rowLabel={titleOf}
      columns={columns}
      toolbar={null}
      empty={null}
      fill
    />
  );
}

function columnsOf(project: string, origins: ReadonlyMap<string, Origin[]>): DataColumn<LineageNode>[] {
  return [
    {
      id: "node",
      header: "Name",
      fixed: true,
      cell: (node) => (
        <NodeLink project={project} node={node} className="text-link">
          {titleOf(node)}
        </NodeLink>
      ),
    },
    { id: "kind", header: "What", width: 130, cell: kindOf },
    { id: "state", header: "Status", width: 130, cell: (node) => <State node={node} /> },
    {
      id: "metric",
      header: "Metric",
      align: "right",
      cell: ({ metric }) => <Metric metric={metric ?? null} withName />,
    },
    {
      id: "origins",
      header: "Came from",
      grow: true,
      cell: ({ id }) => (origins.get(id) ?? []).map(({ node, text }) => `${text} ${titleOf(node)}`).join("; ") || "–",
    },
    { id: "by", header: "Created by", width: 120, cell: ({ created_by }) => created_by ?? "–" },
    {
      id: "created",
      header: "Created",
      width: 120,
      cell: ({ created_at }) => (created_at ? <Time at={created_at} /> : "–"),
    },
  ];
}

function State({ node }: { node: LineageNode }) {
  const status = statusOf(node);
  if (node.presence === "deleted") return "deleted";
  if (node.presence === "missing") return "not on this server";
  return status ? <StatusBadge status={status} /> : "–";
}
