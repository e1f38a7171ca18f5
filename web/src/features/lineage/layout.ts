import ELK from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { Lineage } from "@/api/types";

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 74;

export type Positions = ReadonlyMap<string, { x: number; y: number }>;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "88",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.componentComponent": "28",
  // What is not connected stands side by side rather than in one tall column.
  "elk.separateConnectedComponents": "true",
  "elk.aspectRatio": "1.6",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

let engine: InstanceType<typeof ELK> | undefined;

/** Places for all nodes, from what was first at the left to what came of it; found in a worker, so that the page goes on. */
export async function layOut({ nodes, edges }: Lineage): Promise<Positions> {
  engine ??= new ELK({ workerUrl });
  const shown = new Set(nodes.map(({ id }) => id));
  const placed = await engine.layout({
    id: "root",
    layoutOptions: OPTIONS,
    children: nodes.map(({ id }) => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: edges
      .filter(({ source, target }) => shown.has(source) && shown.has(target))
      .map(({ source, target, kind }) => ({ id: `${source} ${kind} ${target}`, sources: [source], targets: [target] })),
  });
  return new Map((placed.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}
