import { Button, Slider, Switch } from "@mantine/core";
import { IconZoomReset } from "@tabler/icons-react";
import classes from "./Curves.module.css";
import { MAX_SMOOTHING } from "./curveSearch";
import type { CurveSettings } from "./useCurveSettings";

interface Props {
  settings: CurveSettings;
  stepName: string;
  formatStep?: (step: number) => string;
}

export function CurveControls({ settings, stepName, formatStep = String }: Props) {
  const { smoothing, log, zoom, dragSmoothing, setSmoothing, setLog, setZoom } = settings;
  return (
    <div className={classes.controls}>
      {zoom && (
        <Button
          variant="default"
          size="compact-xs"
          fw={400}
          leftSection={<IconZoomReset size={14} />}
          aria-label={`Zoomed to ${stepName} ${formatStep(zoom[0])} to ${formatStep(zoom[1])}. Show all.`}
          onClick={() => setZoom(null)}
        >
          {stepName} {formatStep(zoom[0])}–{formatStep(zoom[1])}
        </Button>
      )}
      <span aria-hidden>Smoothing</span>
      <Slider
        className={classes.slider}
        size="sm"
        min={0}
        max={MAX_SMOOTHING}
        step={0.01}
        value={smoothing}
        onChange={dragSmoothing}
        onChangeEnd={setSmoothing}
        label={null}
        thumbLabel="Smoothing"
      />
      <span className={`${classes.amount} tabular`}>{smoothing.toFixed(2)}</span>
      <Switch label="Log scale" checked={log} onChange={(event) => setLog(event.currentTarget.checked)} />
    </div>
  );
}
