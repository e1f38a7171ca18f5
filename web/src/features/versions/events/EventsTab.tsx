import { Button, Skeleton } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "@/api/pages";
import { activityQuery } from "@/api/projects";
import type { ActivityRecord } from "@/api/types";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { Time } from "@/ui/Time";
import { referenceOf } from "../actions/state";
import type { TabProps } from "../tab";
import { detailsOf, verbOf } from "./details";
import classes from "./Events.module.css";

/** What was done with this version, by whom and when: its part of the audit record, newest first. */
export function EventsTab({ project, version }: TabProps) {
  const query = useInfiniteQuery(activityQuery(project, { object_kind: "version", object_name: referenceOf(version) }));
  const records = itemsOf(query.data);
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  return (
    <Content>
      <Section title="Events">
        {query.isPending ? (
          <Skeleton height={160} />
        ) : records.length === 0 ? (
          <EmptyState icon={IconHistory} title="No events yet">
            Every change to the version is listed here.
          </EmptyState>
        ) : (
          <ol className={classes.events}>
            {records.map((record) => (
              <Event key={record.id} record={record} />
            ))}
          </ol>
        )}
        {query.hasNextPage && (
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Older events
          </Button>
        )}
      </Section>
    </Content>
  );
}

function Event({ record }: { record: ActivityRecord }) {
  const details = detailsOf(record.detail);
  return (
    <li className={classes.event}>
      <span className={classes.dot} aria-hidden />
      <div className={classes.what}>
        <strong>{verbOf(record.action)}</strong> <span className={classes.quiet}>by {record.actor}</span>
        {details.length > 0 && (
          <dl className={classes.details}>
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <span className={classes.quiet}>
        <Time at={record.at} />
      </span>
    </li>
  );
}
