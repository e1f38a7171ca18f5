import { IconFlask } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/States";
import { ExperimentChooser } from "./ExperimentChooser";
import { RunsTable } from "./RunsTable";

const route = getRouteApi("/p/$project/runs");
const NONE: string[] = [];

/** The runs of several experiments, or of all. */
export function RunsPage() {
  const { project } = route.useParams();
  const { experiment = NONE } = route.useSearch();
  return (
    <Page
      title="Runs"
      context={project}
      crumbs={[
        {
          key: "experiments",
          link: (
            <Link to="/p/$project/experiments" params={{ project }}>
              Experiments
            </Link>
          ),
        },
      ]}
      fill
    >
      <RunsTable
        key={experiment.join()}
        project={project}
        experiments={experiment}
        chooser={<ExperimentChooser project={project} chosen={experiment} />}
        nothing={
          <EmptyState icon={IconFlask} title="No runs yet">
            Runs that any MLflow client logs in these experiments appear here.
          </EmptyState>
        }
      />
    </Page>
  );
}
