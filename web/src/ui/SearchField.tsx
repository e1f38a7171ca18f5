import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

interface Props {
  label: string;
  value: string | undefined;
  /** Called a moment after the last key; `undefined` when emptied. */
  onChange: (value: string | undefined) => void;
  width?: number;
}

/** A filter by text that lives in the address: a moment after the last key, or as soon as the field is left. */
export function SearchField({ label, value, onChange, width = 240 }: Props) {
  const [text, setText] = useState(value ?? "");
  const sent = useRef(value ?? "");
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next || undefined);
  }, 200);

  useEffect(() => {
    // Only a change from outside, such as the back button, may replace what is being typed.
    if ((value ?? "") === sent.current) return;
    sent.current = value ?? "";
    setText(sent.current);
  }, [value]);

  const change = (next: string) => {
    setText(next);
    send(next);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => send.flush()}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={text && <CloseButton size="xs" aria-label="Clear" onClick={() => change("")} />}
      w={width}
      maw="100%"
    />
  );
}
