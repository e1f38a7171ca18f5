import { IconFileSpreadsheet, IconUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { formatBytes } from "@/lib/format";
import classes from "./FileDrop.module.css";

export const ACCEPTED = ".csv,.tsv,.parquet,.jsonl,.ndjson,.json,.gz,.zst";

interface Props {
  file: File | null;
  onFile: (file: File) => void;
  disabled: boolean;
  missing: boolean;
}

/** Chooses a file by dialog, keyboard or drop; a chosen one stays until another is. */
export function FileDrop({ file, onFile, disabled, missing }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped && !disabled) onFile(dropped);
  };

  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the drop is an addition; the button inside does the same. */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        data-missing={missing || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          type="file"
          accept={ACCEPTED}
          className={classes.input}
          aria-label="Table file"
          tabIndex={-1}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            if (chosen) onFile(chosen);
            event.currentTarget.value = "";
          }}
        />
        <button
          type="button"
          className={classes.button}
          disabled={disabled}
          data-autofocus={file === null || undefined}
          onClick={() => input.current?.click()}
        >
          {file ? (
            <IconFileSpreadsheet size={22} stroke={1.5} aria-hidden />
          ) : (
            <IconUpload size={22} stroke={1.5} aria-hidden />
          )}
          {file ? (
            <span>
              <strong>{file.name}</strong> <span className={classes.quiet}>{formatBytes(file.size)}</span>
            </span>
          ) : (
            <span>
              <strong>Choose a file</strong> or drop it here
            </span>
          )}
          <span className={classes.quiet}>
            {file ? "Choose another" : "CSV, TSV, Parquet, JSON Lines; text also .gz or .zst"}
          </span>
        </button>
      </div>
      {missing && <div className={classes.problem}>Choose a file first.</div>}
    </div>
  );
}
