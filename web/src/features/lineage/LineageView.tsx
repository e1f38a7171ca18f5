import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { IconBinaryTree2 } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { fetchCode } from "@/api/connection";
import { MAX_NODES } from "@/api/lineage";
import type { Lineage } from "@/api/types";
import { formatCount, plural } from "@/lib/format";
import { EmptyState, ErrorState } from "@/ui/States";
import { StatusFilter } from "@/ui/StatusFilter";
import { useShow } from "@/ui/table/useShow";
import classes from "./Lineage.module.css";
import { LineageList } from "./LineageList";
import type { LineageSearch } from "./search";

const LineageGraph = lazy(async () => ({
  default: (await fetchCode(() => import("./LineageGraph"))).LineageGraph,
}));

interface Props {
  project: string;
  label: string;
  search: LineageSearch;
  query: UseQueryResult<Lineage>;
  /** Filters that only one of the pages has. */
  children?: ReactNode;
}

/** A lineage with its filters, as a graph or as a list. */
export function LineageView({ project, label, search, query, children }: Props) {
  const show = useShow<LineageSearch>();
  const { view, status, since, until } = search;
  const filtered = Boolean(status || since || until);
  const lineage = query.data;
  return (
    <div className={classes.view}>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Show the lineage as"
          data={[
            { value: "graph", label: "Graph" },
            { value: "list", label: "List" },
          ]}
          value={view ?? "graph"}
          onChange={(next) => show({ view: next === "list" ? "list" : undefined })}
        />
        {children}
        <StatusFilter value={status ?? []} onChange={(next) => show({ status: next.length > 0 ? next : undefined })} />
        <Day label="Since" value={since} max={until} onChange={(next) => show({ since: next })} />
        <Day label="Until" value={until} min={since} onChange={(next) => show({ until: next })} />
        <span className={classes.count} role="status">
          {lineage && countText(lineage)}
        </span>
      </div>
      <div className={classes.body}>
        {query.error && !lineage ? (
          <ErrorState error={query.error} retry={query.refetch} />
        ) : !lineage ? (
          <Skeleton height="100%" />
        ) : lineage.nodes.length === 0 ? (
          <Empty filtered={filtered} onClear={() => show({ status: undefined, since: undefined, until: undefined })} />
        ) : view === "list" ? (
          <LineageList project={project} lineage={lineage} label={label} />
        ) : (
          <Suspense fallback={<Skeleton height="100%" />}>
            <LineageGraph project={project} lineage={lineage} label={label} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

function countText({ nodes, total, truncated }: Lineage): string {
  if (!truncated) return plural(nodes.length, "node");
  if (total != null && total > nodes.length) return `The newest ${MAX_NODES} of ${formatCount(total)} versions`;
  return `The nearest ${formatCount(nodes.length)} nodes; there are more`;
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (value: string | undefined) => void;
}

function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={`${label} day`}
      leftSection={<span className={classes.dayLabel}>{label}</span>}
      leftSectionWidth={48}
      value={value ?? ""}
      min={min}
      max={max}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

function Empty({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <EmptyState
      icon={IconBinaryTree2}
      title="No version matches the filter"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filter
        </Button>
      }
    />
  ) : (
    <EmptyState icon={IconBinaryTree2} title="No versions yet">
      Each version appears here beside what it was made from.
    </EmptyState>
  );
}
