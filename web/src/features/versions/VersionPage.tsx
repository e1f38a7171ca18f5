import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { topics } from "@/api/topics";
import { useEvents } from "@/api/useEvents";
import { versionQuery } from "@/api/versions";
import { Page } from "@/ui/Page";
import { EmptyState, ErrorState } from "@/ui/States";
import { current, TabBar } from "@/ui/TabBar";
import { UnknownTab } from "@/ui/UnknownTab";
import { wasTrained } from "./actions/state";
import { ConfigTab } from "./config/ConfigTab";
import { CopilotTab } from "./copilot/CopilotTab";
import { DiffTab } from "./DiffTab";
import { EvaluationTab } from "./evaluation/EvaluationTab";
import { EventsTab } from "./events/EventsTab";
import { ExplainTab } from "./explain/ExplainTab";
import { FilesTab } from "./files/FilesTab";
import { LineageTab } from "./LineageTab";
import { OverviewTab } from "./overview/OverviewTab";
import { TrainingTab } from "./training/TrainingTab";
import { VersionActions } from "./VersionActions";
import classes from "./VersionPage.module.css";
import { VersionPane } from "./VersionPane";
import { VersionState } from "./VersionState";

const route = getRouteApi("/p/$project/models/$model/versions/$number");

/** `trained`: only versions that were trained here have it. */
const TABS = [
  { key: undefined, label: "Overview", part: OverviewTab, trained: false },
  { key: "training", label: "Training", part: TrainingTab, trained: true },
  { key: "evaluation", label: "Evaluation", part: EvaluationTab, trained: true },
  { key: "explain", label: "Explain", part: ExplainTab, trained: true },
  { key: "copilot", label: "Co-Pilot", part: CopilotTab, trained: false },
  { key: "config", label: "Config", part: ConfigTab, trained: true },
  { key: "files", label: "Files", part: FilesTab, trained: false },
  { key: "diff", label: "Diff", part: DiffTab, trained: false },
  { key: "lineage", label: "Lineage", part: LineageTab, trained: false },
  { key: "events", label: "Events", part: EventsTab, trained: false },
] as const;

export function VersionPage() {
  const { project, model, number } = route.useParams();
  const { tab } = route.useSearch();
  const query = useQuery(versionQuery({ project, model, number }));
  useEvents(project, topics.version(model, number));

  const version = query.data;
  const shown = version && !wasTrained(version) ? TABS.filter(({ trained }) => !trained) : TABS;
  const open = shown.find(({ key }) => key === tab);
  const crumbs = [
    {
      key: "models",
      link: (
        <Link to="/p/$project/models" params={{ project }}>
          Models
        </Link>
      ),
    },
    {
      key: "model",
      link: (
        <Link to="/p/$project/models/$model" params={{ project, model }}>
          {model}
        </Link>
      ),
    },
  ];

  return (
    <Page
      title={`#${number}`}
      context={model}
      crumbs={crumbs}
      aside={version && <VersionState version={version} />}
      actions={version && <VersionActions project={project} version={version} />}
      fill
    >
      <div className={classes.split}>
        <VersionPane project={project} model={model} number={number} />
        <div className={classes.main}>
          {query.error && !version ? (
            <Problem project={project} model={model} number={number} error={query.error} retry={query.refetch} />
          ) : (
            <>
              <TabBar label="Parts of the version">
                {shown.map(({ key, label }) => (
                  <Link
                    key={label}
                    from={route.id}
                    to="."
                    search={{ tab: key }}
                    {...current(open !== undefined && open.key === key)}
                  >
                    {label}
                  </Link>
                ))}
              </TabBar>
              <div className={classes.part}>
                {version && open && <open.part key={number} project={project} version={version} />}
                {version && !open && <UnknownTab name={tab ?? ""} />}
              </div>
            </>
          )}
        </div>
      </div>
    </Page>
  );
}

interface ProblemProps {
  project: string;
  model: string;
  number: number;
  error: Error;
  retry: () => void;
}

function Problem({ project, model, number, error, retry }: ProblemProps) {
  if (!isNotFound(error)) return <ErrorState error={error} retry={retry} />;
  return (
    <EmptyState
      title={`${model} has no version ${number}`}
      action={
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/p/$project/models/$model" params={{ project, model }} {...props} />}
        >
          To the versions of {model}
        </Button>
      }
    >
      It may have been deleted. Numbers are not reused.
    </EmptyState>
  );
}
