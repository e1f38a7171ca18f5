import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";
import classes from "./Markdown.module.css";
import { type Part, readMarkdown, resolved, safeHref } from "./read";

/**
 * Text as people write it about models, with its headings, lists, tables and code. Its HTML stays text and its images
 * are links, so that nothing runs and nothing is fetched.
 */
export function Markdown({ text }: { text: string }) {
  const parts = useMemo(() => readMarkdown(text), [text]);
  return <div className={classes.markdown}>{show(parts)}</div>;
}

const show = (tokens: Token[]): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
  (tokens as Part[]).map((part, index) => <Fragment key={index}>{showPart(part)}</Fragment>);

function showPart(part: Part): ReactNode {
  switch (part.type) {
    case "heading": {
      // The page has a heading of its own above it.
      const Heading = `h${Math.min(part.depth + 2, 6)}` as "h3";
      return <Heading>{show(part.tokens)}</Heading>;
    }
    case "paragraph":
      return <p>{show(part.tokens)}</p>;
    case "blockquote":
      return <blockquote>{show(part.tokens)}</blockquote>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard.
        <pre tabIndex={0}>
          <code>{part.text}</code>
        </pre>
      );
    case "hr":
      return <hr />;
    case "list":
      return <List list={part} />;
    case "table":
      return <Table table={part} />;
    case "strong":
      return <strong>{show(part.tokens)}</strong>;
    case "em":
      return <em>{show(part.tokens)}</em>;
    case "del":
      return <del>{show(part.tokens)}</del>;
    case "codespan":
      return <code>{part.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link href={part.href}>{show(part.tokens)}</Link>;
    case "image":
      return <Link href={part.href}>{resolved(part.text) || part.href}</Link>;
    case "checkbox":
      return part.checked ? "☑ " : "☐ ";
    case "text":
      return part.tokens ? show(part.tokens) : part.escaped ? part.text : resolved(part.text);
    case "html":
    case "escape":
      return part.text;
    default:
      return null;
  }
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const address = safeHref(href);
  return address ? (
    <a href={address} target="_blank" rel="noreferrer">
      {children}
    </a>
  ) : (
    children
  );
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
    <li key={index}>{show(item.tokens)}</li>
  ));
  return list.ordered ? <ol start={Number(list.start)}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { table: Tokens.Table }) {
  return (
    <table>
      <thead>
        <tr>
          {table.header.map(({ tokens, align }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
            <th key={index} scope="col" style={{ textAlign: align ?? undefined }}>
              {show(tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
          <tr key={index}>
            {row.map(({ tokens, align }, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other identity than its place.
              <td key={column} style={{ textAlign: align ?? undefined }}>
                {show(tokens)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
