import { Slider, Switch } from "@mantine/core";
import classes from "./Training.module.css";

interface Props {
  smoothing: number;
  onSmoothing: (value: number) => void;
  log: boolean;
  onLog: (value: boolean) => void;
}

export function CurveControls({ smoothing, onSmoothing, log, onLog }: Props) {
  return (
    <div className={classes.controls}>
      <span aria-hidden>Smoothing</span>
      <Slider
        className={classes.slider}
        size="sm"
        min={0}
        max={0.99}
        step={0.01}
        value={smoothing}
        onChange={onSmoothing}
        label={null}
        thumbLabel="Smoothing"
      />
      <span className={`${classes.amount} tabular`}>{smoothing.toFixed(2)}</span>
      <Switch label="Log scale" checked={log} onChange={(event) => onLog(event.currentTarget.checked)} />
    </div>
  );
}
