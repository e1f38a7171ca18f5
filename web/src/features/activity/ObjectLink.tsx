import { Link } from "@tanstack/react-router";
import type { ActivityRecord } from "@/api/types";
import { placeOf } from "./describe";

/** The name of a changed object; a link, unless it was deleted. */
export function ObjectLink({ project, record }: { project: string; record: ActivityRecord }) {
  const { action, object_name: name } = record;
  const place = action.endsWith("deleted") ? null : placeOf(record);
  if (!place) return <strong style={{ fontWeight: 500 }}>{name}</strong>;
  const look = { className: "text-link", children: name };
  if (place.kind === "model") {
    return <Link to="/p/$project/models/$model" params={{ project, model: place.model }} {...look} />;
  }
  if (place.kind === "version") {
    const { model, number } = place;
    return <Link to="/p/$project/models/$model/versions/$number" params={{ project, model, number }} {...look} />;
  }
  if (place.kind === "dataset") {
    const { dataset, number } = place;
    if (number === null) return <Link to="/p/$project/datasets/$dataset" params={{ project, dataset }} {...look} />;
    return <Link to="/p/$project/datasets/$dataset/versions/$number" params={{ project, dataset, number }} {...look} />;
  }
  const { kind, id } = place;
  if (kind === "run") return <Link to="/p/$project/runs/$run" params={{ project, run: id }} {...look} />;
  if (kind === "trace") return <Link to="/p/$project/traces/$trace" params={{ project, trace: id }} {...look} />;
  if (kind === "experiment") {
    return <Link to="/p/$project/experiments/$experiment" params={{ project, experiment: id }} {...look} />;
  }
  return <Link to="/p/$project/evaluation-datasets/$dataset" params={{ project, dataset: id }} {...look} />;
}
