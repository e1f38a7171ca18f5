import { Fragment } from "react";

/** Help as the server writes it, with what stands between backticks set as code. */
export function Help({ text }: { text: string }) {
  return text.split("`").map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity.
    return index % 2 === 1 ? (
      <code key={index} className="mono">
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    );
  });
}
