import { Alert, Button, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will be lost, one line each. */
  losses: ReactNode[];
  /** Must be typed before the button works. */
  name: string;
  /** What the red button says and does, e.g. `Delete dataset`. */
  verb: string;
  onConfirm: () => Promise<unknown>;
}

export function DangerConfirm(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <Form {...props} />
    </Modal>
  );
}

function Form({ losses, name, verb, onConfirm, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (typed !== name) return;
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">This cannot be undone. It deletes:</Text>
        <List size="sm" spacing={2}>
          {losses.map((loss, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes while it is shown.
            <List.Item key={index}>{loss}</List.Item>
          ))}
        </List>
        <TextInput
          label={
            <>
              Type <code className="mono">{name}</code> to confirm
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        {error !== null && (
          <Alert color="red" variant="light" title={messageOf(error)}>
            {error instanceof ApiError && error.hint}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red.8" disabled={typed !== name} loading={busy}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
