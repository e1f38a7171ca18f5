import { Alert, Button, Group, Modal, NativeSelect, Stack } from "@mantine/core";
import { useState } from "react";
import { messageOf } from "@/api/errors";
import type { Webhook, WebhookEvent, WebhookTestResult } from "@/api/types";
import { useTestWebhook } from "@/api/webhooks";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { StateBadge } from "./StateBadge";
import classes from "./Webhooks.module.css";

interface Props {
  project: string;
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

/** Sends an example and shows what came back. */
export function TestDialog(props: Props) {
  const { webhook, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={`Test ${webhook.name}`} size="lg">
      <Test {...props} />
    </Modal>
  );
}

function Test({ project, webhook, onClose }: Props) {
  const [event, setEvent] = useState<string>(webhook.events[0] ?? "");
  const test = useTestWebhook(project, webhook.id);
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Event"
        size="xs"
        description="Sends one example event now. It does not appear in the log."
        data={webhook.events}
        value={event}
        onChange={({ currentTarget }) => setEvent(currentTarget.value)}
      />
      {test.error && (
        <Alert color="red" variant="light" title="The test could not be sent">
          {messageOf(test.error)}
        </Alert>
      )}
      {test.data && <Result result={test.data} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button onClick={() => test.mutate(event as WebhookEvent)} loading={test.isPending}>
          Send
        </Button>
      </Group>
    </Stack>
  );
}

function Result({ result }: { result: WebhookTestResult }) {
  const { success, response_status: status, response_body: body, error } = result;
  return (
    <div role="status" className={classes.result}>
      <span className={classes.last}>
        <StateBadge state={success ? "delivered" : "failed"} />
        {success ? `The response had status ${status}.` : error}
      </span>
      {body && (
        <ScrollRegion label="Answer" className={classes.text}>
          {body}
        </ScrollRegion>
      )}
    </div>
  );
}
