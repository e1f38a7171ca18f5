import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { messageOf } from "@/api/errors";

interface Props {
  opened: boolean;
  onClose: () => void;
  noun: string;
  name: string;
  /** What is wrong with a name, or null. */
  problemOf: (name: string) => string | null;
  onRename: (name: string) => Promise<unknown>;
}

export function RenameDialog(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Rename ${props.noun}`}>
      <Form {...props} />
    </Modal>
  );
}

function Form({ onClose, name, problemOf, onRename }: Props) {
  const [next, setNext] = useState(name);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const problem = problemOf(next);
    setError(problem);
    if (problem) return;
    setBusy(true);
    try {
      await onRename(next.trim());
      onClose();
    } catch (refused) {
      setError(messageOf(refused));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label="Name"
          data-autofocus
          value={next}
          error={error}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={next.trim() === name}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
