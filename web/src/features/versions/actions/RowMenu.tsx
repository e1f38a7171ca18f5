import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import type { VersionSummary } from "@/api/types";
import { referenceOf } from "./state";
import { VersionMenu } from "./VersionMenu";

/** The menu of a row, made when it is first asked for: a table that scrolls fast must not make hundreds. */
export function RowMenu({ project, version }: { project: string; version: VersionSummary }) {
  const [asked, setAsked] = useState(false);
  if (asked) return <VersionMenu project={project} version={version} opened />;
  return (
    <ActionIcon aria-label={`Actions for ${referenceOf(version)}`} aria-haspopup="menu" onClick={() => setAsked(true)}>
      <IconDots size={16} />
    </ActionIcon>
  );
}
