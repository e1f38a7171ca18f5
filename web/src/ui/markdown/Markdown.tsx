import { useMemo } from "react";
import classes from "./Markdown.module.css";
import { type Block, parseMarkdown, type Span } from "./parse";

/** Text as people write it about models, with its headings, lists, tables and code; its HTML stays text. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className={classes.markdown}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      // The page has a heading of its own above it.
      const Heading = `h${Math.min(block.level + 2, 6)}` as "h3";
      return (
        <Heading>
          <Spans spans={block.spans} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Spans spans={block.spans} />
        </blockquote>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard.
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
            <li key={index}>
              <Spans spans={item} />
            </li>
          ))}
        </List>
      );
    }
    case "table":
      return <MarkdownTable head={block.head} rows={block.rows} />;
  }
}

function MarkdownTable({ head, rows }: { head: Span[][]; rows: Span[][][] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((spans, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
            <th key={index} scope="col">
              <Spans spans={spans} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
          <tr key={index}>
            {row.map((spans, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
              <td key={column}>
                <Spans spans={spans} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const TAGS = { code: "code", strong: "strong", em: "em" } as const;

function Spans({ spans }: { spans: Span[] }) {
  return spans.map((span, index) => {
    if (span.kind === "text") return span.text;
    if (span.kind === "link") {
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
        <a key={index} href={span.href} target="_blank" rel="noreferrer">
          {span.text}
        </a>
      );
    }
    const Tag = TAGS[span.kind];
    // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
    return <Tag key={index}>{span.text}</Tag>;
  });
}
