import { Menu, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListTree, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { topics } from "@/api/topics";
import { traceQuery, useUpdateTrace } from "@/api/traces";
import type { Trace } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { plural, shortId } from "@/lib/format";
import { experimentTabCrumbs } from "@/ui/experimentCrumbs";
import { MissingPage } from "@/ui/MissingPage";
import { MoreActions } from "@/ui/MoreActions";
import { HiddenWithout } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { Content, Section } from "@/ui/Section";
import { StatusBadge } from "@/ui/StatusBadge";
import { Tags } from "@/ui/Tags";
import { useShow } from "@/ui/table/useShow";
import { UseFromCode } from "@/ui/UseFromCode";
import { readExamples } from "../code";
import { DeleteTraces } from "../DeleteTraces";
import type { traceSearch } from "../search";
import { useLiveTraces } from "../useLiveTraces";
import { Assessments } from "./Assessments";
import { JsonView } from "./JsonView";
import { Metadata } from "./Metadata";
import { SpanDetail } from "./SpanDetail";
import { SpanTree } from "./SpanTree";
import { TraceFacts } from "./TraceFacts";
import classes from "./TracePage.module.css";

const route = getRouteApi("/p/$project/traces/$trace");
const NONE: string[] = [];

/** One trace: what was asked and answered, every step on the way, and what is thought of it. */
export function TracePage() {
  const { project, trace: id } = route.useParams();
  const query = useQuery(traceQuery(project, id));
  useEvents(project, topics.trace(id), useLiveTraces(project));
  const trace = query.data;
  const crumbs = experimentTabCrumbs(project, trace, "traces", "Traces");
  // What was deleted while it was looked at is gone from the page too.
  if (query.error && (!trace || isNotFound(query.error))) {
    return (
      <MissingPage
        title={shortId(id)}
        project={project}
        crumbs={crumbs}
        query={query}
        missing="There is no such trace"
        gone="deleted"
        icon={IconListTree}
      />
    );
  }
  return (
    <Page
      title={trace?.name || shortId(id)}
      context={project}
      crumbs={crumbs}
      aside={trace && <StatusBadge status={trace.state} />}
      actions={trace && <Actions project={project} trace={trace} />}
    >
      {trace ? <Shown project={project} trace={trace} /> : <Skeleton height={320} m={20} w="auto" />}
    </Page>
  );
}

function Shown({ project, trace }: { project: string; trace: Trace }) {
  const update = useUpdateTrace(project, trace.id);
  return (
    <Content wide>
      <TraceFacts project={project} trace={trace} />
      <Spans trace={trace} />
      <Assessments assessments={trace.assessments} spans={trace.spans} />
      <Tags
        all={trace.tags}
        editable
        permission="project:experiments:write"
        onChange={(tags) => update.mutateAsync({ tags })}
      />
      <Metadata metadata={trace.metadata} />
    </Content>
  );
}

function Spans({ trace: { spans, request_preview, response_preview } }: { trace: Trace }) {
  const { span: wanted, part, closed = NONE } = route.useSearch();
  const show = useShow<ReturnType<typeof traceSearch>>();
  const span = spans.find(({ id }) => id === wanted) ?? spans.find(({ parent_id }) => parent_id === null) ?? spans[0];
  if (!span) {
    return (
      <Section title="Spans">
        <div className={classes.previews}>
          <p className={classes.quiet}>
            No spans were logged for this trace. Its request and response come from the client.
          </p>
          <JsonView label="Request" value={request_preview} />
          <JsonView label="Response" value={response_preview} />
        </div>
      </Section>
    );
  }
  return (
    <Section title={plural(spans.length, "span")}>
      <div className={classes.panes}>
        <SpanTree
          spans={spans}
          chosen={span.id}
          onChoose={(id) => show({ span: id })}
          closed={closed}
          onClose={(ids) => show({ closed: ids.length > 0 ? ids : undefined })}
        />
        <SpanDetail key={span.id} span={span} part={part} />
      </div>
    </Section>
  );
}

function Actions({ project, trace }: { project: string; trace: Trace }) {
  const [deleting, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const leave = () =>
    navigate({
      to: "/p/$project/experiments/$experiment",
      params: { project, experiment: trace.experiment_id },
      search: { tab: "traces" },
    });
  return (
    <>
      <UseFromCode name={trace.name || shortId(trace.id)} examples={readExamples(project, trace.id)} />
      <HiddenWithout permission="project:experiments:delete">
        <MoreActions>
          <Menu.Item leftSection={<IconTrash size={15} />} c="var(--bad)" onClick={open}>
            Delete trace
          </Menu.Item>
        </MoreActions>
      </HiddenWithout>
      <DeleteTraces project={project} traces={[trace]} opened={deleting} onClose={close} onDeleted={leave} />
    </>
  );
}
