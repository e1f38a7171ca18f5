import { useMemo, useState } from "react";
import { Document, isMap, isSeq, parseDocument } from "yaml";

export type Path = (string | number)[];
export type Edit = (document: Document) => void;

export interface Feature {
  name: string;
  column?: string;
  type: string;
  preprocessing?: Record<string, unknown>;
}

/** A config as far as the form reads it; what is odd in it is the server's to judge. */
export interface Config {
  model_type?: unknown;
  input_features: Feature[];
  output_features: Feature[];
  [key: string]: unknown;
}

export interface Draft {
  text: string;
  document: Document;
  /** The config as read; null while the YAML cannot be parsed. */
  config: Config | null;
  setText: (text: string) => void;
  /** Changes the config as the form asks, keeping comments and the order of the YAML. */
  edit: (change: Edit) => void;
}

/** A config that is edited as YAML and as a form at once: the text is the truth, the form reads and rewrites it. */
export function useDraft(initial: string): Draft {
  const [text, setText] = useState(initial);
  const document = useMemo(() => parseDocument(text), [text]);
  const config = useMemo(() => readConfig(document), [document]);
  const edit = (change: Edit) => setText(editText(text, change));
  return { text, document, config, setText, edit };
}

export function readConfig(document: Document): Config | null {
  if (document.errors.length > 0) return null;
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { input_features, output_features, ...rest } = value as Record<string, unknown>;
  return { ...rest, input_features: features(input_features), output_features: features(output_features) };
}

function features(value: unknown): Feature[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    const feature = (typeof item === "object" && item !== null ? item : {}) as Record<string, unknown>;
    return { ...feature, name: String(feature.name ?? ""), type: String(feature.type ?? "") };
  });
}

export function editText(text: string, change: Edit): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  const rooted: Document = isMap(document.contents) ? document : new Document({});
  change(rooted);
  const indentSeq = !/^\w+:\n- /m.test(text);
  return rooted.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false });
}

/** Sets one value; `undefined` removes it, and with it the sections that it leaves empty. */
export function setValue(path: Path, value: unknown): Edit {
  return (document) => {
    if (value === undefined) return remove(document, path);
    for (let length = 1; length < path.length; length++) {
      const prefix = path.slice(0, length);
      const node = document.getIn(prefix, true);
      if (!isMap(node) && !isSeq(node)) document.setIn(prefix, document.createNode({}));
    }
    // A plain value goes into the scalar that is there, which keeps its comment.
    const scalar = typeof value !== "object" || value === null;
    document.setIn(path, scalar ? value : flowNode(document, value));
  };
}

function flowNode(document: Document, value: object) {
  const node = document.createNode(value);
  if (isSeq(node)) node.flow = true;
  return node;
}

function remove(document: Document, path: Path): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const rest = parent.length > 0 ? document.getIn(parent, true) : null;
  if (isMap(rest) && rest.items.length === 0) remove(document, parent);
}

export const sourceOf = (feature: Feature) => feature.column ?? feature.name;

/** Makes exactly these columns input features, keeping what is already said of them, in the order of the table. */
export function setInputs(inputs: { name: string; type: string }[]): Edit {
  return (document) => {
    const before = document.get("input_features", true);
    const nodes = isSeq(before) ? before.items : [];
    const bySource = new Map(
      nodes.map((node) => {
        const get = (key: string) => (isMap(node) ? node.get(key) : undefined);
        return [String(get("column") ?? get("name") ?? ""), node] as const;
      }),
    );
    // New features are written as their neighbors are: on one line each, unless those are not.
    const flow = nodes.every((node) => isMap(node) && node.flow);
    const added = ({ name, type }: { name: string; type: string }) => {
      const node = document.createNode({ name, type });
      node.flow = flow;
      return node;
    };
    const next = inputs.map((column) => bySource.get(column.name) ?? added(column));
    if (isSeq(before)) {
      before.items = next;
      before.flow = next.length === 0;
    } else document.set("input_features", next);
  };
}
