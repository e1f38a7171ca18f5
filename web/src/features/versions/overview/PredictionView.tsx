import { useTimeout } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { formatDuration, formatNumber, formatShare } from "@/lib/format";
import classes from "./TryIt.module.css";
import type { Prediction } from "./tryIt";

interface Props {
  pending: boolean;
  error: Error | null;
  prediction: Prediction | null;
  durationMs: number | null;
  /** What the data says, when the row is one of its own. */
  actual: unknown;
}

const MAX_BARS = 10;

export function PredictionView({ pending, error, prediction, durationMs, actual }: Props) {
  if (pending) return <Waiting />;
  if (error) {
    return (
      <div role="alert" className={classes.error}>
        {messageOf(error)}
        {error instanceof ApiError && error.hint && ` ${error.hint}`}
      </div>
    );
  }
  if (!prediction) {
    return <p className={classes.quiet}>The prediction appears here. The model runs in its own worker process.</p>;
  }
  const { value, probabilities } = prediction;
  const isNumber = typeof value === "number" && probabilities.length === 0;
  return (
    <div role="status" className={classes.result}>
      <div className={classes.value}>{isNumber ? formatNumber(value) : String(value)}</div>
      {actual !== undefined && actual !== null && (
        <div className={classes.quiet}>
          in the data: <strong>{isNumber ? formatNumber(Number(actual)) : String(actual)}</strong>
        </div>
      )}
      {probabilities.length > 0 && (
        <ul className={classes.bars}>
          {probabilities.slice(0, MAX_BARS).map(({ label, value: share }) => (
            <li key={label}>
              <span className="truncate" title={label}>
                {label}
              </span>
              <span className="tabular">{formatShare(share, 1)}</span>
              <span className={classes.track}>
                <span style={{ width: `${100 * share}%` }} data-chosen={label === String(value) || undefined} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {durationMs !== null && <div className={classes.quiet}>took {formatDuration(durationMs)}</div>}
    </div>
  );
}

/** The first question starts a worker, which is worth saying only once it is felt. */
function Waiting() {
  const [long, setLong] = useState(false);
  const { start, clear } = useTimeout(() => setLong(true), 700);
  useEffect(() => {
    start();
    return clear;
  }, [start, clear]);
  return (
    <p role="status" className={classes.quiet}>
      {long ? "Starting a worker and loading the model. Later predictions are faster." : "Asking…"}
    </p>
  );
}
