import { ActionIcon, NativeSelect, Switch, TextInput, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Help } from "@/ui/Help";
import { type Option, readValue, showValue, titleOf } from "./options";

interface Props {
  option: Option;
  /** The value that the config gives; `undefined` when it leaves the default. */
  value: unknown;
  onChange: (value: unknown) => void;
  error: string | null;
}

/** The field for one option: empty means the default, which is shown in its place. */
export function OptionField({ option, value, onChange, error }: Props) {
  const isSet = value !== undefined;
  const reset = isSet && (
    <Tooltip label={`Back to the default: ${showValue(option.default)}`}>
      <ActionIcon size={20} aria-label={`Back to the default of ${option.name}`} onClick={() => onChange(undefined)}>
        <IconArrowBackUp size={14} />
      </ActionIcon>
    </Tooltip>
  );
  const label = titleOf(option.name);
  const help = <Help text={describe(option)} />;
  if (option.type === "boolean" && !option.nullable) {
    return (
      <Switch
        label={label}
        description={help}
        checked={Boolean(isSet ? value : option.default)}
        onChange={(event) => {
          const next = event.currentTarget.checked;
          onChange(next === option.default ? undefined : next);
        }}
        error={error}
      />
    );
  }
  if (option.type === "choice") {
    const choices = option.choices ?? [];
    const odd = isSet && value !== null && !choices.includes(String(value)) ? [String(value)] : [];
    return (
      <NativeSelect
        label={label}
        description={help}
        value={isSet ? (value === null ? NONE : String(value)) : ""}
        onChange={(event) => onChange(readChoice(event.currentTarget.value))}
        data={[
          { value: "", label: `Default: ${showValue(option.default)}` },
          ...(option.nullable ? [{ value: NONE, label: "none" }] : []),
          ...choices,
          ...odd,
        ]}
        error={error}
        size="xs"
      />
    );
  }
  return (
    <TextField
      option={option}
      label={label}
      help={help}
      value={value}
      onChange={onChange}
      error={error}
      reset={reset}
    />
  );
}

const NONE = "\u0000none";
const readChoice = (chosen: string) => (chosen === "" ? undefined : chosen === NONE ? null : chosen);

interface TextProps extends Props {
  label: string;
  help: ReactNode;
  reset: ReactNode;
}

/** Keeps what is typed as it is, so that `1.` or `0.0` can be on the way to a number. */
function TextField({ option, label, help, value, onChange, error, reset }: TextProps) {
  const shown = value === undefined ? "" : showValue(value);
  const [typed, setTyped] = useState(shown);
  const sent = useRef(value);
  useEffect(() => {
    if (JSON.stringify(sent.current) === JSON.stringify(value)) return;
    sent.current = value;
    setTyped(value === undefined ? "" : showValue(value));
  }, [value]);
  const numeric = option.type === "integer" || option.type === "number";
  return (
    <TextInput
      label={label}
      description={help}
      placeholder={`Default: ${showValue(option.default)}`}
      value={typed}
      inputMode={numeric ? "decimal" : undefined}
      className={numeric ? "tabular" : undefined}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        sent.current = readValue(option, text);
        onChange(sent.current);
      }}
      rightSection={reset}
      error={error}
    />
  );
}

function describe({ help, minimum, maximum }: Option): string {
  const range =
    minimum != null && maximum != null
      ? `${minimum} to ${maximum}.`
      : minimum != null
        ? `At least ${minimum}.`
        : maximum != null
          ? `At most ${maximum}.`
          : "";
  return [help, range].filter(Boolean).join(" ");
}
