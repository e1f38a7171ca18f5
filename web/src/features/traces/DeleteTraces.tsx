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

const MOST_NAMED = 6;
const LONGEST = 60;

export function DeleteTraces({ project, traces, opened, onClose, onDeleted }: Props) {
  const remove = useDeleteTraces(project);
  const single = traces.length === 1;
  const what = plural(traces.length, "trace");
  const losses = [
    ...traces.slice(0, MOST_NAMED).map(describe),
    ...(traces.length > MOST_NAMED ? [`and ${plural(traces.length - MOST_NAMED, "more trace")}`] : []),
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
  const shown = request.length > LONGEST ? `${request.slice(0, LONGEST)}…` : request;
  return [name || shortId(id), shown].filter(Boolean).join(": ");
}
