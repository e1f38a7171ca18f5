import type { EdgeKind, Lineage, LineageEdge, LineageNode, NodeKind } from "@/api/types";

const KINDS: Record<NodeKind, string> = {
  version: "Version",
  dataset_version: "Dataset",
  logged_dataset: "Logged dataset",
  evaluation_dataset: "Evaluation dataset",
  run: "Run",
  logged_model: "Logged model",
};

const EDGES: Record<EdgeKind, string> = {
  parent: "made from",
  retrain: "retrain of",
  fork: "fork of",
  copy: "copy of",
  data: "given",
  input: "given",
  output: "logged by",
  trained: "trained by",
  registered: "registered from",
};

export const kindOf = ({ kind }: Pick<LineageNode, "kind">) => KINDS[kind];

/** What a node is called: `iris #3`, `flowers@2`, or its name. */
export function titleOf({ kind, name, number }: Pick<LineageNode, "kind" | "name" | "number">): string {
  if (number == null) return name;
  return kind === "version" ? `${name} #${number}` : `${name}@${number}`;
}

/** The status in the words of its page: runs and logged models are told in capitals. */
export function statusOf({ kind, status }: Pick<LineageNode, "kind" | "status">): string | null {
  if (!status || kind === "version") return status ?? null;
  return status.charAt(0) + status.slice(1).toLowerCase();
}

/** Which way an edge is to be read, from what came of it: `retrain of`, and what a filter left out between. */
export function edgeText({ kind, label, skipped = 0 }: LineageEdge): string {
  const text = label ? `${EDGES[kind]} (${label})` : EDGES[kind];
  return skipped > 0 ? `${text}, ${skipped} left out between` : text;
}

/** What stands at an edge of the graph; that a version was made from another needs no word. */
export function edgeLabel({ kind, label, skipped = 0 }: LineageEdge): string | undefined {
  const word = label ?? (kind === "parent" ? "" : kind);
  const parts = [word, skipped > 0 ? `+${skipped} between` : ""].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : undefined;
}

export interface Origin {
  node: LineageNode;
  text: string;
}

/** For each node, by its id, what it came from. */
export function originsOf({ nodes, edges }: Lineage): Map<string, Origin[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const origins = new Map<string, Origin[]>();
  for (const edge of edges) {
    const node = byId.get(edge.source);
    if (!node) continue;
    const known = origins.get(edge.target) ?? [];
    known.push({ node, text: edgeText(edge) });
    origins.set(edge.target, known);
  }
  return origins;
}
