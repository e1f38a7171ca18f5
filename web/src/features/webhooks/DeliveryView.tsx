import { Button, Group, Skeleton, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Delivery, DeliveryAttempt, DeliveryDetail, Webhook } from "@/api/types";
import { deliveryQuery, useReplay } from "@/api/webhooks";
import { shortId } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { Needs } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Facts } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { Duration, Time } from "@/ui/Time";
import classes from "./Webhooks.module.css";

interface Props {
  project: string;
  webhook: Webhook;
  delivery: Delivery;
}

/** One delivery: what was sent, what came back each time, and the button that sends it again. */
export function DeliveryView({ project, webhook, delivery }: Props) {
  const { id, state, attempt_count: attempts } = delivery;
  const query = useQuery({
    ...deliveryQuery(project, webhook.id, id, attempts),
    placeholderData: keepPreviousData,
  });
  const replay = useReplay(project, webhook.id);
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (!query.data) return <Skeleton height={200} />;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-start">
        <Facts
          items={[
            ["Id", <CopyId key="id" value={id} label="delivery id" short={shortId(id)} />],
            ["Happened", <Time key="at" at={delivery.created_at} />],
            ["Attempts", attempts],
            ...(delivery.next_attempt_at
              ? ([["Next attempt", <Time key="next" at={delivery.next_attempt_at} />]] as [string, React.ReactNode][])
              : []),
          ]}
        />
        <Needs permission="project:webhooks:write">
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} />}
            disabled={webhook.status === "disabled"}
            loading={replay.isPending}
            onClick={() => replay.mutate(id, { onError: (error) => notifyError("It was not sent again", error) })}
          >
            {state === "waiting" ? "Try now" : "Replay"}
          </Button>
        </Needs>
      </Group>
      {delivery.error && <p className={classes.error}>{delivery.error}</p>}
      <h4 className={classes.heading}>Request</h4>
      <ScrollRegion label="Request" className={classes.text}>
        {textOf(query.data)}
      </ScrollRegion>
      <h4 className={classes.heading}>Answers</h4>
      {query.data.attempts.length === 0 ? (
        <p className={classes.nothing}>Not sent yet.</p>
      ) : (
        <ol className={classes.attempts} reversed>
          {query.data.attempts.toReversed().map((attempt) => (
            <Attempt key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      )}
    </Stack>
  );
}

function Attempt({ attempt }: { attempt: DeliveryAttempt }) {
  const { at, duration_ms: took, url, response_status: status, response_body: body, error } = attempt;
  return (
    <li>
      <div className={classes.attempt}>
        <strong>{status ?? "No answer"}</strong>
        <Time at={at} />
        <Duration ms={took} />
        <code className={`mono truncate ${classes.quiet}`} title={url}>
          {url}
        </code>
      </div>
      {error && <p className={classes.error}>{error}</p>}
      {body && (
        <ScrollRegion label={`Answer ${attempt.number}`} className={classes.text}>
          {body}
        </ScrollRegion>
      )}
    </li>
  );
}

/** Headers and body as they are sent, the body laid out to be read. */
function textOf({ headers, body }: DeliveryDetail): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, "", JSON.stringify(JSON.parse(body), null, 2)].join("\n");
}
