import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useMay } from "@/api/permissions";
import { runQuery } from "@/api/runs";
import type { Version } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { Facts, Section } from "@/ui/Section";
import { useSeen } from "@/ui/useSeen";
import { wasTrained } from "../actions/state";

/** The params of the run that made a version and, of one that was registered, its metrics; fetched when seen. */
export function RunValues({ project, version }: { project: string; version: Version }) {
  const place = useRef<HTMLDivElement>(null);
  const mayRead = useMay()("project:experiments:read") === true;
  const isSeen = useSeen(place);
  const query = useQuery({ ...runQuery(project, version.run_id), enabled: isSeen && mayRead && version.run_id !== "" });
  const params = Object.entries(query.data?.params ?? {});
  const metrics = wasTrained(version) ? [] : Object.entries(query.data?.metrics ?? {});
  return (
    <div ref={place}>
      {metrics.length > 0 && (
        <Section title="Metrics of the source run">
          <Facts items={metrics.map(([key, value]) => [key, formatNumber(value)])} />
        </Section>
      )}
      {params.length > 0 && (
        <Section title="Params">
          <Facts items={params} />
        </Section>
      )}
    </div>
  );
}
