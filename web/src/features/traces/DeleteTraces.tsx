import { useDeleteTraces } from "@/api/traces";
import type { TraceSummary } from "@/api/types";
import { plural, shortId } from "@/lib/format";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { previewText } from "./values";

interface Props {
  project: string;
  traces: Pick<TraceSummary, "id" | "name" | "request_preview">[];
  opened: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

const MAX_LISTED_NAMES = 6;
const MAX_NAME_LENGTH = 60;

export function DeleteTraces({ project, traces, opened, onClose, onDeleted }: Props) {
  const remove = useDeleteTraces(project);
  const single = traces.length === 1;
  const what = plural(traces.length, "trace");
  const losses = [
    ...traces.slice(0, MAX_LISTED_NAMES).map(describe),
    ...(traces.length > MAX_LISTED_NAMES ? [`and ${plural(traces.length - MAX_LISTED_NAMES, "more trace")}`] : []),
    `${single ? "its" : "their"} spans, feedback and expectations`,
  ];
  return (
    <DangerConfirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${what}?`}
      losses={losses}
      name={what}
      verb={`Delete ${what}`}
      onConfirm={async () => {
        await remove.mutateAsync(traces.map(({ id }) => id));
        onDeleted();
      }}
    />
  );
}

function describe({ id, name, request_preview }: Props["traces"][number]): string {
  const request = previewText(request_preview);
  const shown = request.length > MAX_NAME_LENGTH ? `${request.slice(0, MAX_NAME_LENGTH)}…` : request;
  return [name || shortId(id), shown].filter(Boolean).join(": ");
}
