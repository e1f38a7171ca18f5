import { Fragment } from "react";

/** Help as the server writes it, with what stands between backticks set as code. */
export function Help({ text }: { text: string }) {
  const parts = text.split("`").map((part, index) => ({ part, key: `${index} ${part}`, code: index % 2 === 1 }));
  return parts.map(({ part, key, code }) =>
    code ? (
      <code key={key} className="mono">
        {part}
      </code>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    ),
  );
}
