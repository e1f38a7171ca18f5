import { SegmentedControl, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { datasetProfileQuery } from "@/api/datasets";
import type { ColumnProfile } from "@/api/types";
import { SearchField } from "@/ui/SearchField";
import { ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import { ColumnDetail } from "./ColumnDetail";
import { ColumnList } from "./ColumnList";
import classes from "./Profile.module.css";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");

const ORDERS = [
  { value: "table", label: "As in the table" },
  { value: "missing", label: "Most missing" },
];

/** All columns of a version at a glance beside one in detail. */
export function Profile() {
  const { project, dataset, number } = route.useParams();
  const { column: chosen, q = "" } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const [order, setOrder] = useState("table");
  const narrow = useMediaQuery("(max-width: 48em)");
  const profile = useQuery(datasetProfileQuery(project, dataset, number));

  const columns = useMemo(() => {
    const text = q.toLowerCase();
    const matching = (profile.data?.columns ?? []).filter(
      (column) => column.name.toLowerCase().includes(text) || column.feature_type === text,
    );
    return order === "missing" ? matching.toSorted((a, b) => b.missing_count - a.missing_count) : matching;
  }, [profile.data, q, order]);

  if (profile.error) return <ErrorState error={profile.error} retry={profile.refetch} />;
  if (!profile.data) return <Loading />;

  const shown = columns.find((column) => column.name === chosen) ?? (narrow ? undefined : columns[0]);
  const list = (
    <div className={classes.list}>
      <div className={classes.filters}>
        <SearchField
          label="Filter columns by name or type"
          value={q}
          width={400}
          onChange={(next) => show({ q: next })}
        />
        <SegmentedControl data={ORDERS} value={order} onChange={setOrder} fullWidth aria-label="Order of the columns" />
      </div>
      <ColumnList columns={columns} rowCount={profile.data.row_count} shown={shown?.name} />
    </div>
  );
  if (narrow) return shown ? <Narrow column={shown} rowCount={profile.data.row_count} /> : list;
  return (
    <div className={classes.panes}>
      {list}
      <div className={classes.detail}>
        {shown && <ColumnDetail key={shown.name} column={shown} rowCount={profile.data.row_count} />}
      </div>
    </div>
  );
}

function Narrow({ column, rowCount }: { column: ColumnProfile; rowCount: number }) {
  return (
    <div className={classes.detail}>
      <Link from="/p/$project/datasets/$dataset/versions/$number" search={(old) => ({ ...old, column: undefined })}>
        All columns
      </Link>
      <ColumnDetail key={column.name} column={column} rowCount={rowCount} />
    </div>
  );
}

function Loading() {
  return (
    <div className={classes.panes} aria-busy>
      <div className={classes.list}>
        {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
          <Skeleton key={key} height={30} m={10} width="auto" />
        ))}
      </div>
      <div className={classes.detail}>
        <Skeleton height={220} />
      </div>
    </div>
  );
}
