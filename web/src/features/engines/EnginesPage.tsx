import { Skeleton } from "@mantine/core";
import { IconServer2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { enginesQuery } from "@/api/engines";
import { topics } from "@/api/topics";
import { useEvents } from "@/api/useEvents";
import { Page } from "@/ui/Page";
import { EmptyState, ErrorState } from "@/ui/States";
import classes from "./Engines.module.css";
import { EngineView } from "./EngineView";

const route = getRouteApi("/p/$project/engines");
const REFRESH_MS = 5_000;

export function EnginesPage() {
  const { project } = route.useParams();
  // An engine is shared by all projects, and the event stream tells of this one's jobs alone.
  const query = useQuery({ ...enginesQuery(), refetchInterval: REFRESH_MS });
  useEvents(project, topics.engines);
  return (
    <Page title="Engines" context={project}>
      <div className={classes.page}>
        {query.error && !query.data ? (
          <ErrorState error={query.error} retry={query.refetch} />
        ) : !query.data ? (
          <Skeleton height={240} />
        ) : query.data.length === 0 ? (
          <EmptyState icon={IconServer2} title="No engines">
            This server was started without an engine to run trainings.
          </EmptyState>
        ) : (
          query.data.map((engine) => <EngineView key={engine.name} project={project} engine={engine} />)
        )}
      </div>
    </Page>
  );
}
