import { Link } from "@tanstack/react-router";

/** Where something of an experiment is; before it is known of which, only that it is of one. */
export function experimentCrumbs(project: string, of: { experiment_id: string; experiment_name: string } | undefined) {
  const experiments = (
    <Link to="/p/$project/experiments" params={{ project }}>
      Experiments
    </Link>
  );
  if (!of) return [{ key: "experiments", link: experiments }];
  const experiment = (
    <Link to="/p/$project/experiments/$experiment" params={{ project, experiment: of.experiment_id }}>
      {of.experiment_name}
    </Link>
  );
  return [
    { key: "experiments", link: experiments },
    { key: "experiment", link: experiment },
  ];
}

/** As `experimentCrumbs`, for what is listed in a tab of an experiment. */
export function experimentTabCrumbs(
  project: string,
  of: { experiment_id: string; experiment_name: string } | undefined,
  tab: "traces" | "datasets",
  label: string,
) {
  const above = experimentCrumbs(project, of);
  if (!of) return above;
  const link = (
    <Link to="/p/$project/experiments/$experiment" params={{ project, experiment: of.experiment_id }} search={{ tab }}>
      {label}
    </Link>
  );
  return [...above, { key: tab, link }];
}
