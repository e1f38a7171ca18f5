import "@xyflow/react/dist/base.css";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import {
  Controls,
  type Edge,
  Handle,
  MarkerType,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
  useReactFlow,
} from "@xyflow/react";
import { type FocusEvent, useMemo } from "react";
import type { Lineage, LineageNode } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { useNow } from "@/lib/now";
import { Metric } from "@/ui/Metric";
import { ErrorState } from "@/ui/States";
import { StatusBadge } from "@/ui/StatusBadge";
import { toneOf } from "@/ui/status";
import { edgeLabel, edgeText, kindOf, statusOf, titleOf } from "./describe";
import classes from "./Lineage.module.css";
import { layOut, NODE_HEIGHT, NODE_WIDTH, type Positions } from "./layout";
import { NodeLink } from "./NodeLink";

interface CardData extends Record<string, unknown> {
  project: string;
  node: LineageNode;
  isRoot: boolean;
}
type Card = Node<CardData>;

const NODE_TYPES = { card: CardView };
const LEGIBLE_ZOOM = 0.55;
const MIN_ZOOM = 0.04;

interface Props {
  project: string;
  lineage: Lineage;
  label: string;
}

/** A lineage as a graph to zoom and to move in; each node leads to what it stands for. */
export function LineageGraph({ project, lineage, label }: Props) {
  const layout = useQuery({
    queryKey: ["layout", lineage.nodes.map(({ id }) => id), lineage.edges],
    queryFn: () => layOut(lineage),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (layout.error) return <ErrorState error={layout.error} retry={layout.refetch} title="The graph cannot be drawn" />;
  if (!layout.data) return <Skeleton height="100%" />;
  return <Drawing project={project} lineage={lineage} label={label} positions={layout.data} />;
}

function Drawing({ project, lineage, label, positions }: Props & { positions: Positions }) {
  const { root } = lineage;
  const nodes = useMemo(
    (): Card[] =>
      lineage.nodes.map((node) => ({
        id: node.id,
        type: "card",
        position: positions.get(node.id) ?? { x: 0, y: 0 },
        width: NODE_WIDTH,
        height: NODE_HEIGHT,
        sourcePosition: Position.Right,
        targetPosition: Position.Left,
        ariaRole: "group",
        ariaLabel: `${kindOf(node)} ${titleOf(node)}`,
        data: { project, node, isRoot: node.id === root },
      })),
    [lineage.nodes, positions, project, root],
  );
  const edges = useMemo(() => edgesOf(lineage), [lineage]);
  const start = (flow: ReactFlowInstance<Card>) => {
    // Where the whole would be too small to read, the view begins at what was asked about, or at the newest.
    if (flow.getZoom() >= LEGIBLE_ZOOM) return;
    const { x, y } = positions.get(root ?? lineage.nodes[0]?.id ?? "") ?? { x: 0, y: 0 };
    flow.setCenter(x + NODE_WIDTH / 2, y + NODE_HEIGHT / 2, { zoom: 0.8 });
  };
  return (
    <ReactFlow
      // Another set of nodes is another picture, to be fitted anew.
      key={`${nodes.length} ${nodes[0]?.id}`}
      aria-label={label}
      className={classes.flow}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onInit={start}
      fitView
      fitViewOptions={{ maxZoom: 1 }}
      minZoom={MIN_ZOOM}
      maxZoom={2}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      onlyRenderVisibleElements={nodes.length > 60}
    >
      <Controls showInteractive={false} position="bottom-left" />
      {nodes.length > 12 && <MiniMap<Card> pannable zoomable nodeColor={mapColor} className={classes.map} />}
    </ReactFlow>
  );
}

const mapColor = ({ data: { node, isRoot } }: Card) =>
  isRoot ? "var(--accent-fill)" : node.status ? `var(--${toneOf(statusOf(node) ?? "")})` : "var(--ink-2)";

function edgesOf({ nodes, edges }: Lineage): Edge[] {
  const titles = new Map(nodes.map((node) => [node.id, titleOf(node)]));
  return edges.map((edge) => ({
    id: `${edge.source} ${edge.kind} ${edge.target}`,
    source: edge.source,
    target: edge.target,
    type: "default",
    label: edgeLabel(edge),
    labelBgPadding: [4, 2],
    className: classes.edge,
    data: { kind: edge.kind },
    domAttributes: { "data-kind": edge.kind } as Edge["domAttributes"],
    ariaLabel: `${titles.get(edge.target)}: ${edgeText(edge)} ${titles.get(edge.source)}`,
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: "var(--stopped)" },
  }));
}

function CardView({ data: { project, node, isRoot }, positionAbsoluteX, positionAbsoluteY }: NodeProps<Card>) {
  const flow = useReactFlow();
  // What is reached by keyboard comes into view; a click must not move it away below the pointer.
  const show = (event: FocusEvent<HTMLElement>) =>
    event.target.matches(":focus-visible") &&
    flow.setCenter(positionAbsoluteX + NODE_WIDTH / 2, positionAbsoluteY + NODE_HEIGHT / 2, { zoom: flow.getZoom() });
  return (
    <>
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <div
        className={classes.card}
        data-kind={node.kind}
        data-root={isRoot || undefined}
        data-faded={node.archived || node.presence === "deleted" || node.presence === "missing" || undefined}
      >
        <NodeLink project={project} node={node} className={classes.title} onFocus={show}>
          {titleOf(node)}
        </NodeLink>
        <div className={classes.row}>
          <State node={node} />
          {node.metric && <Metric metric={node.metric} withName />}
        </div>
        <Origin node={node} />
      </div>
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </>
  );
}

function State({ node }: { node: LineageNode }) {
  if (node.presence === "deleted") return <span>deleted</span>;
  if (node.presence === "missing") return <span>not on this server</span>;
  const status = statusOf(node);
  if (status) return <StatusBadge status={status} />;
  return <span>{kindOf(node)}</span>;
}

function Origin({ node }: { node: LineageNode }) {
  const now = useNow("minute");
  const { created_at, created_by, semver, aliases = [], detail } = node;
  const when = created_at && formatRelative(new Date(created_at), new Date(now));
  const text = [semver, ...aliases.map((alias) => `@${alias}`), created_by, when].filter(Boolean).join(" · ");
  return (
    <div className={`${classes.origin} truncate`} title={detail ? `${text} · ${detail}` : text}>
      {text}
    </div>
  );
}
