import { ActionIcon, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { messageOf } from "@/api/errors";
import { useMay } from "@/api/permissions";
import type { Permission } from "@/api/types";
import classes from "./InlineEdit.module.css";
import { Markdown } from "./markdown/Markdown";
import { isMarkdown, plainText } from "./markdown/read";

interface Props {
  value: string;
  label: string;
  /** Without it the text is only shown. */
  permission: Permission;
  placeholder?: string;
  /** Rejects to keep the text in the field, with the reason below it. */
  onSave: (value: string) => Promise<unknown>;
  /** A text of several lines, in Markdown. */
  multiline?: boolean;
  /** How the text is shown, where not as it is; then a button beside it begins. */
  shown?: ReactNode;
}

/** Text that is edited: `draft` is null until it is; Enter or leaving saves, Escape takes back. */
export function useDraft(value: string, onSave: Props["onSave"], multiline = false) {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);

  const stop = () => {
    setDraft(null);
    setError(null);
  };
  const save = async () => {
    if (draft === null || saving) return;
    if (draft.trim() === value) return stop();
    setSaving(true);
    try {
      await onSave(draft.trim());
      stop();
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setSaving(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !(multiline && event.shiftKey)) {
      event.preventDefault();
      save();
    }
  };
  const field = { value: draft ?? "", autoFocus: true, error, disabled: saving, onBlur: save, onKeyDown };
  return { draft, begin: () => setDraft(value), setDraft, field };
}

/** Text edited in place: a click or Enter begins, Enter or leaving saves, Escape takes back. */
export function InlineEdit({
  value,
  label,
  permission,
  placeholder = "Add a description",
  onSave,
  multiline = false,
  shown,
}: Props) {
  const { draft, begin, setDraft, field } = useDraft(value, onSave, multiline);
  const allowed = useMay()(permission);
  const drawn = shown ?? (multiline && isMarkdown(value) && <Markdown text={value} />);

  if (allowed === false) {
    return (
      drawn || (
        <span className={classes.fixed} data-multiline={multiline || undefined}>
          {multiline ? value : plainText(value)}
        </span>
      )
    );
  }
  if (draft === null && drawn) {
    return (
      <div className={classes.shown}>
        {drawn}
        <ActionIcon size={24} aria-label={`Edit ${label}`} inert={!allowed} onClick={begin}>
          <IconPencil size={14} />
        </ActionIcon>
      </div>
    );
  }
  if (draft === null) {
    return (
      <UnstyledButton
        className={classes.text}
        data-empty={value === "" || undefined}
        data-multiline={multiline || undefined}
        inert={!allowed}
        aria-label={`Edit ${label}: ${value || "empty"}`}
        onClick={begin}
        title={value}
      >
        <span>{(multiline ? value : plainText(value)) || placeholder}</span>
        <IconPencil size={13} className={classes.pencil} aria-hidden />
      </UnstyledButton>
    );
  }

  return multiline ? (
    <Textarea aria-label={label} {...field} maxRows={8} onChange={(event) => setDraft(event.currentTarget.value)} />
  ) : (
    <TextInput aria-label={label} {...field} onChange={(event) => setDraft(event.currentTarget.value)} />
  );
}
