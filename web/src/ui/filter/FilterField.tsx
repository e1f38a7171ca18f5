import { CloseButton, Combobox, TextInput, useCombobox } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { completionsAt, type FilterField as Field, insert } from "./complete";
import classes from "./FilterField.module.css";

interface Props {
  label: string;
  placeholder: string;
  value: string | undefined;
  /** Called with Enter, or when the field is left or emptied. */
  onApply: (value: string | undefined) => void;
  /** What a filter can be about. */
  fields: Field[];
  /** What the server said about the filter: a sentence, then lines that point at the character. */
  problem: string | null;
}

/** A filter in the one grammar, completed as one types. */
export function FilterField({ label, placeholder, value = "", onApply, fields, problem }: Props) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  /** Where the caret is to be, once a chosen option is in the text. */
  const chosen = useRef<number | null>(null);
  const problemId = useId();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const completions = completionsAt(text, caret, fields);

  // A change from outside, such as the back button, takes the place of what was typed.
  useEffect(() => setText(value), [value]);

  // Before the next key is heard, which would else be typed where the caret was.
  useLayoutEffect(() => {
    if (chosen.current !== null) input.current?.setSelectionRange(chosen.current, chosen.current);
    chosen.current = null;
  });

  const follow = () => setCaret(input.current?.selectionStart ?? 0);
  const change = (next: string) => {
    setText(next);
    setCaret(input.current?.selectionStart ?? next.length);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const choose = (option: string) => {
    const next = insert(text, completions, option);
    setText(next.text);
    setCaret(next.caret);
    combobox.resetSelectedOption();
    chosen.current = next.caret;
  };
  const apply = (next: string) => {
    combobox.closeDropdown();
    if (next.trim() !== value) onApply(next.trim() || undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || (combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0)) return;
    event.preventDefault();
    apply(text);
  };
  const shown = problem !== null && text.trim() === value;

  return (
    <div className={classes.field}>
      <Combobox store={combobox} onOptionSubmit={choose} position="bottom-start" width="max-content" shadow="md">
        <Combobox.Target>
          <TextInput
            ref={input}
            aria-label={label}
            aria-invalid={shown || undefined}
            aria-describedby={shown ? problemId : undefined}
            placeholder={placeholder}
            classNames={{ input: classes.text }}
            value={text}
            spellCheck={false}
            autoComplete="off"
            error={shown}
            leftSection={<IconFilter size={14} aria-hidden />}
            rightSection={
              text && (
                <CloseButton
                  size="xs"
                  aria-label="Clear the filter"
                  onClick={() => {
                    setText("");
                    apply("");
                  }}
                />
              )
            }
            onChange={(event) => change(event.currentTarget.value)}
            onSelect={follow}
            onFocus={() => combobox.openDropdown()}
            onClick={() => combobox.openDropdown()}
            onBlur={() => apply(text)}
            onKeyDown={onKeyDown}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={completions.options.length === 0}>
          <Combobox.Options className={classes.options} aria-label="Completions">
            {completions.options.map((option) => (
              <Combobox.Option key={option} value={option} className={classes.option}>
                {option}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {shown && <Problem id={problemId} text={problem} />}
    </div>
  );
}

function Problem({ id, text }: { id: string; text: string }) {
  const [sentence, ...pointing] = text.split("\n");
  return (
    <div id={id} role="alert" className={classes.problem}>
      {sentence}
      {pointing.length > 0 && <pre className={classes.pointing}>{pointing.join("\n")}</pre>}
    </div>
  );
}
