import { Button, CloseButton, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
import { messageOf } from "@/api/errors";
import { useMay } from "@/api/permissions";
import type { Permission } from "@/api/types";
import { notifyError } from "./notify";
import { Section } from "./Section";
import classes from "./Tags.module.css";

interface Props {
  all: Record<string, string>;
  editable: boolean;
  /** Who lacks it cannot edit them. */
  permission: Permission;
  /** Sets tags by key; null deletes one. */
  onChange: (tags: Record<string, string | null>) => Promise<unknown>;
}

/** The tags that people gave something; what the client keeps for itself is left out. */
export function Tags({ all, permission, onChange, ...props }: Props) {
  const allowed = useMay()(permission);
  const editable = props.editable && allowed !== false;
  const tags = Object.entries(all).filter(([key]) => !key.startsWith("mlflow."));
  const remove = (key: string) =>
    onChange({ [key]: null }).catch((error) => notifyError("The tag could not be deleted", error));
  return (
    <Section title="Tags">
      <div className={classes.tags} inert={editable && !allowed}>
        {tags.map(([key, value]) => (
          <span key={key} className={classes.tag}>
            <span>
              <b>{key}:</b> {value}
            </span>
            {editable && <CloseButton size="xs" aria-label={`Delete tag ${key}`} onClick={() => remove(key)} />}
          </span>
        ))}
        {tags.length === 0 && !editable && <span className={classes.quiet}>None.</span>}
        {editable && <AddTag onAdd={(key, value) => onChange({ [key]: value })} />}
      </div>
    </Section>
  );
}

function AddTag({ onAdd }: { onAdd: (key: string, value: string) => Promise<unknown> }) {
  const [adding, setAdding] = useState(false);
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const [error, setError] = useState<string | null>(null);
  const stop = () => {
    setAdding(false);
    setKey("");
    setValue("");
    setError(null);
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!key.trim()) return setError("Give it a name.");
    try {
      await onAdd(key.trim(), value);
      stop();
    } catch (refused) {
      setError(messageOf(refused));
    }
  };
  if (!adding) {
    return (
      <Button variant="default" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={() => setAdding(true)}>
        Add tag
      </Button>
    );
  }
  return (
    <form
      onSubmit={submit}
      className={classes.tags}
      onKeyDown={(event) => {
        if (event.key === "Escape") stop();
      }}
    >
      <TextInput
        aria-label="Name of the tag"
        placeholder="name"
        w={130}
        autoFocus
        value={key}
        error={error}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <TextInput
        aria-label="Value of the tag"
        placeholder="value"
        w={170}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button type="submit">Add</Button>
      <Button variant="default" onClick={stop}>
        Cancel
      </Button>
    </form>
  );
}
