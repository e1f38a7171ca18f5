import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef } from "react";
import type { ColumnProfile } from "@/api/types";
import { formatCount, formatShare } from "@/lib/format";
import { FeatureType } from "@/ui/FeatureType";
import classes from "./ColumnList.module.css";
import { Sparkline } from "./Sparkline";

const ROW_HEIGHT = 46;

interface Props {
  columns: ColumnProfile[];
  rowCount: number;
  shown: string | undefined;
}

export function ColumnList({ columns, rowCount, shown }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const reveal = useEffectEvent(() => {
    const index = columns.findIndex((column) => column.name === shown);
    if (index > 0) virtualizer.scrollToIndex(index, { align: "auto" });
  });
  useEffect(() => reveal(), []);

  if (columns.length === 0) return <p className={classes.none}>No column matches.</p>;
  return (
    <nav ref={scroller} className={classes.scroller} aria-label="Columns">
      <ol className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const column = columns[item.index] as ColumnProfile;
          return (
            <li
              key={column.name}
              className={classes.item}
              style={{ height: ROW_HEIGHT, transform: `translateY(${item.start}px)` }}
              aria-posinset={item.index + 1}
              aria-setsize={columns.length}
            >
              <Link
                from="/p/$project/datasets/$dataset/versions/$number"
                search={(old) => ({ ...old, column: column.name })}
                replace
                className={classes.link}
                aria-current={column.name === shown ? "true" : undefined}
              >
                <FeatureType type={column.feature_type} iconOnly />
                <span className={classes.text}>
                  <span className={classes.name}>{column.name}</span>
                  <span className={classes.facts}>
                    {column.distinct_is_estimate && "≈ "}
                    {formatCount(column.distinct_count)} distinct
                    {column.missing_count > 0 && (
                      <span className={classes.missing}>{formatShare(column.missing_count, rowCount)} missing</span>
                    )}
                  </span>
                </span>
                <Sparkline column={column} />
              </Link>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
