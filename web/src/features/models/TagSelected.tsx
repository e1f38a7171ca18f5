import { Button, Popover, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTag } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
import { messageOf } from "@/api/errors";
import classes from "./ModelPage.module.css";

/** Gives all selected versions a tag; what was typed stays when it is refused. */
export function TagSelected({ onTag }: { onTag: (key: string, value: string) => Promise<void> }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!key.trim()) return setError("Give it a name.");
    try {
      await onTag(key.trim(), value);
      close();
    } catch (refused) {
      setError(messageOf(refused));
    }
  };
  return (
    <Popover opened={opened} onDismiss={close} trapFocus returnFocus position="top" shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<IconTag size={15} />} onClick={toggle}>
          Tag
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Tag the selected versions">
        <form onSubmit={submit} className={classes.tagForm}>
          <TextInput
            label="Tag"
            value={key}
            error={error}
            onChange={(event) => setKey(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput label="Value" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
          <Button type="submit">Set tag</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
