import { ActionIcon, Button, Menu, Skeleton, VisuallyHidden } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { IconDownload, IconTable } from "@tabler/icons-react";
import type { EChartsOption } from "echarts";
import type { EChartsType } from "echarts/core";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { fetchCode } from "@/api/connection";
import { type Cell, downloadText, downloadUrl, toCsv } from "@/lib/download";
import { formatNumber } from "@/lib/format";
import { baseOption } from "./base";
import classes from "./Chart.module.css";
import type { Range } from "./keyZoom";
import { type ChartTheme, useChartTheme } from "./theme";
import { useZoom } from "./useZoom";

export interface ChartData {
  columns: string[];
  rows: Cell[][];
}

interface Props {
  title: string;
  /** Built for the current theme; must be a stable function (module scope or useCallback). */
  option: (theme: ChartTheme) => EChartsOption;
  /** The drawn numbers as a table: for people who cannot see the drawing, and for the CSV. */
  data: ChartData;
  /** Why there is nothing to draw; shown in place of the drawing. */
  empty?: string | null;
  /** What the drawing cannot show, said below it. */
  note?: string | null;
  height?: number;
  /** Charts of one group show the same position when hovered. */
  group?: string;
  /** Without the title above, where the page already says it. */
  bare?: boolean;
  /** Called with the part of the x axis to zoom to, null to show all; `option` draws it. The first column is the axis. */
  onZoom?: (range: Range | null) => void;
}

/** A drawing on canvas with its title, its numbers as a table, and downloads; the library is loaded when first needed. */
export function Chart({ title, option, data, empty, note, height = 240, group, bare = false, onZoom }: Props) {
  const theme = useChartTheme();
  const [asTable, setAsTable] = useState(false);
  const chart = useRef<EChartsType | null>(null);
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

  const savePng = () => {
    const url = chart.current?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: theme.canvas });
    if (url) downloadUrl(url, `${name}.png`);
  };
  const saveCsv = () => downloadText(toCsv(data.columns, data.rows), `${name}.csv`, "text/csv");

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        {bare ? <VisuallyHidden>{title}</VisuallyHidden> : <span className={classes.title}>{title}</span>}
        {!empty && (
          <span className={classes.tools}>
            <ActionIcon
              size={24}
              aria-label={`${title}: ${asTable ? "show as a chart" : "show as a table"}`}
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              <IconTable size={15} />
            </ActionIcon>
            <Menu>
              <Menu.Target>
                <ActionIcon size={24} aria-label={`Download ${title}`}>
                  <IconDownload size={15} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={savePng} disabled={asTable}>
                  PNG
                </Menu.Item>
                <Menu.Item onClick={saveCsv}>CSV</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </span>
        )}
      </figcaption>
      {empty ? (
        <div className={classes.empty} style={{ minHeight: Math.min(height, 140) }}>
          {empty}
        </div>
      ) : asTable ? (
        <DataTableView data={data} title={title} height={height} />
      ) : (
        <Drawing
          title={title}
          option={option}
          theme={theme}
          height={height}
          group={group}
          handle={chart}
          data={data}
          onZoom={onZoom}
        />
      )}
      {note && !empty && <p className={classes.note}>{note}</p>}
    </figure>
  );
}

interface DrawingProps extends Pick<Props, "title" | "option" | "group" | "data" | "onZoom"> {
  theme: ChartTheme;
  height: number;
  handle: React.RefObject<EChartsType | null>;
}

function Drawing({ title, option, theme, height, group, handle, data, onZoom }: DrawingProps) {
  const box = useRef<HTMLDivElement>(null);
  const [library, setLibrary] = useState<typeof import("./echarts") | null>(null);
  const [missing, setMissing] = useState(false);
  const reducedMotion = useReducedMotion();
  const full = useMemo(() => merge(baseOption(theme, reducedMotion), option(theme)), [option, theme, reducedMotion]);

  useEffect(() => {
    let gone = false;
    fetchCode(() => import("./echarts")).then(
      (loaded) => !gone && setLibrary(loaded),
      () => !gone && setMissing(true),
    );
    return () => {
      gone = true;
    };
  }, []);

  useEffect(() => {
    if (!library || !box.current) return;
    const chart = library.init(box.current);
    handle.current = chart;
    if (group) {
      chart.group = group;
      library.connect(group);
    }
    isolateOnLegendClick(chart);
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      chart.dispose();
      handle.current = null;
    };
  }, [library, group, handle]);

  useEffect(() => {
    if (library) handle.current?.setOption(full, { replaceMerge: ["series", "dataZoom"] });
  }, [library, full, handle]);

  const { selection, handlers } = useZoom(
    handle,
    onZoom,
    useMemo(() => extentOf(data), [data]),
  );
  const label = `${title}: chart of ${data.columns.slice(1).join(", ")} by ${data.columns[0] ?? "row"}, ${data.rows.length} rows`;
  const keys = useId();
  if (missing) return <Missing height={height} />;
  return (
    <div className={classes.drawing} style={{ height }}>
      {!library && <Skeleton className={classes.skeleton} height={height} />}
      <div
        ref={box}
        role="img"
        aria-label={label}
        aria-describedby={onZoom ? keys : undefined}
        style={{ height, width: "100%" }}
        {...handlers}
      />
      {onZoom && <VisuallyHidden id={keys}>Zoom with + and -, move with the arrows, show all with 0.</VisuallyHidden>}
      {selection && <div className={classes.selection} style={selection} />}
    </div>
  );
}

function Missing({ height }: { height: number }) {
  return (
    <div className={classes.empty} style={{ minHeight: height }} role="alert">
      <span>The part of the page that draws charts could not be loaded.</span>
      <Button variant="default" onClick={() => window.location.reload()}>
        Reload the page
      </Button>
    </div>
  );
}

/** The first and last place on the axis, which the first column holds. */
function extentOf({ rows }: ChartData): Range | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const [at] of rows) {
    if (typeof at !== "number") return null;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return last > first ? [first, last] : null;
}

/** A click in the legend shows that series alone; a second one shows all again. */
function isolateOnLegendClick(chart: EChartsType): void {
  chart.on("legendselectchanged", (event) => {
    const { name, selected } = event as { name: string; selected: Record<string, boolean> };
    const names = Object.keys(selected);
    const alone = names.every((other) => other === name || !selected[other]) && !selected[name];
    for (const other of names) {
      chart.dispatchAction(
        { type: alone || other === name ? "legendSelect" : "legendUnSelect", name: other },
        { silent: true },
      );
    }
  });
}

/** The base with the chart's own parts laid over it, one level deep: what a chart sets wins, field by field. */
function merge(base: EChartsOption, own: EChartsOption): EChartsOption {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const under = merged[key];
    merged[key] = isPlain(under) && isPlain(value) ? { ...under, ...value } : value;
  }
  return merged as EChartsOption;
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const MAX_ROWS = 200;

function DataTableView({ data, title, height }: { data: ChartData; title: string; height: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keyboard.
    <section className={classes.table} style={{ height }} tabIndex={0} aria-label={`${title} as a table`}>
      <table>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.slice(0, MAX_ROWS).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of numbers have no other identity.
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={data.columns[column]}>{typeof cell === "number" ? formatNumber(cell) : (cell ?? "–")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {data.rows.length > MAX_ROWS && <p>{data.rows.length - MAX_ROWS} more rows are in the CSV.</p>}
    </section>
  );
}
