import {
  IconBraces,
  IconDatabase,
  IconLink,
  IconMessage,
  IconPoint,
  type IconProps,
  IconRobot,
  IconSearch,
  IconSortDescending,
  IconTool,
  IconVector,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Span } from "@/api/types";
import { formatNanoseconds } from "@/lib/format";

const ICONS: Record<string, ComponentType<IconProps>> = {
  AGENT: IconRobot,
  CHAIN: IconLink,
  CHAT_MODEL: IconMessage,
  EMBEDDING: IconVector,
  LLM: IconMessage,
  MEMORY: IconDatabase,
  PARSER: IconBraces,
  RERANKER: IconSortDescending,
  RETRIEVER: IconSearch,
  TOOL: IconTool,
};

export const iconOf = (type: string) => ICONS[type] ?? IconPoint;

/** `CHAT_MODEL` -> `Chat model`; null where nobody said. */
export function typeTitle(type: string): string | null {
  if (type === "UNKNOWN") return null;
  const words = type.replaceAll("_", " ");
  // What is not written in capitals was named by its author.
  if (words !== words.toUpperCase() || words.length <= 3) return words;
  return words.charAt(0) + words.slice(1).toLowerCase();
}

export const durationText = ({ duration_ns }: Span) =>
  duration_ns === null ? "in progress" : formatNanoseconds(duration_ns);
