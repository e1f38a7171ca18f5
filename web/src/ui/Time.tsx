import { Tooltip } from "@mantine/core";
import { useState } from "react";
import { formatBytes, formatDuration, formatExact, formatRelative } from "@/lib/format";
import { useNow } from "@/lib/now";

/** A moment relative to now; the exact one on hover, in a tooltip made when it is first asked for. */
export function Time({ at }: { at: string }) {
  const now = useNow("minute");
  const [asked, setAsked] = useState(false);
  const date = new Date(at);
  const shown = (
    <time dateTime={at} style={{ whiteSpace: "nowrap" }} onPointerEnter={() => setAsked(true)}>
      {formatRelative(date, new Date(now))}
    </time>
  );
  return asked ? <Tooltip label={formatExact(date)}>{shown}</Tooltip> : shown;
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
