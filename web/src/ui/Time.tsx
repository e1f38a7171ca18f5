import { Tooltip } from "@mantine/core";
import { formatBytes, formatDuration, formatExact, formatRelative } from "@/lib/format";
import { useNow } from "@/lib/now";

/** A moment relative to now; the exact one on hover. */
export function Time({ at }: { at: string }) {
  const now = useNow("minute");
  const date = new Date(at);
  return (
    <Tooltip label={formatExact(date)}>
      <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
        {formatRelative(date, new Date(now))}
      </time>
    </Tooltip>
  );
}

export function Duration({ ms }: { ms: number | null | undefined }) {
  return <span className="tabular">{ms === null || ms === undefined ? "–" : formatDuration(ms)}</span>;
}

/** Time passed since a moment, ticking. */
export function Elapsed({ since }: { since: string }) {
  const now = useNow("second");
  return <Duration ms={Math.max(0, now - new Date(since).getTime())} />;
}

export function Bytes({ value }: { value: number }) {
  return <span className="tabular">{formatBytes(value)}</span>;
}
