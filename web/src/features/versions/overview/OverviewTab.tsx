import { Button } from "@mantine/core";
import { useRef } from "react";
import { useMay } from "@/api/permissions";
import type { Signature } from "@/api/types";
import { useUpdateVersion } from "@/api/versions";
import { CodeExamples } from "@/ui/CodeExamples";
import { InlineEdit } from "@/ui/InlineEdit";
import { Section } from "@/ui/Section";
import { Tags } from "@/ui/Tags";
import { useSeen } from "@/ui/useSeen";
import { isUsable, wasTrained } from "../actions/state";
import { SignatureTable } from "../files/SignatureTable";
import { Reproductions } from "../reproductions/Reproductions";
import type { TabProps } from "../tab";
import { registeredExamples, trainedExamples } from "./code";
import { Doubts } from "./Doubts";
import { FactList } from "./FactList";
import { MetricTable } from "./MetricTable";
import { modelCard } from "./modelCard";
import classes from "./Overview.module.css";
import { RunValues } from "./RunValues";
import { Situation } from "./Situation";
import { Timeline } from "./Timeline";
import { TryIt } from "./TryIt";
import { canBeTried } from "./tryIt";
import { useFirstRows } from "./useFirstRows";

export function OverviewTab({ project, version }: TabProps) {
  const { model, number } = version;
  const update = useUpdateVersion({ project, model, number });
  const mayWrite = useMay()("project:models:write") !== false;
  return (
    <div className={classes.layout}>
      <div className={classes.column}>
        <Situation project={project} version={version} />
        <Doubts project={project} version={version} />
        <Section title="Description">
          <InlineEdit
            label="description of the version"
            permission="project:models:write"
            value={version.description}
            onSave={(description) => update.mutateAsync({ description })}
            multiline
          />
          {!version.description && mayWrite && (
            <Button
              variant="default"
              size="compact-xs"
              loading={update.isPending}
              onClick={() => update.mutate({ description: modelCard(version) })}
            >
              Fill in a model card
            </Button>
          )}
        </Section>
        <Tags
          all={version.tags ?? {}}
          editable
          permission="project:models:write"
          onChange={(tags) => update.mutateAsync({ tags })}
        />
        {version.timeline.length > 0 && (
          <Section title="Timeline">
            <Timeline version={version} />
          </Section>
        )}
        {version.metrics.length > 0 && (
          <Section title="Metrics">
            <MetricTable version={version} />
          </Section>
        )}
        <RunValues project={project} version={version} />
        {wasTrained(version) && isUsable(version.status) && <Reproductions project={project} version={version} />}
        {!wasTrained(version) && version.signature && (
          <Section title="Signature">
            <SignatureTable signature={version.signature} />
          </Section>
        )}
        {!wasTrained(version) && canBeTried(version) && version.signature && (
          <TryIt project={project} version={version} signature={version.signature} rows={null} />
        )}
        {!wasTrained(version) && isUsable(version.status) && (
          <Section title="Use it from code">
            <CodeExamples examples={registeredExamples(project, version)} />
          </Section>
        )}
        {wasTrained(version) && isUsable(version.status) && version.signature && (
          <UseOfTrained project={project} version={version} signature={version.signature} />
        )}
      </div>
      <FactList project={project} version={version} />
    </div>
  );
}

/** Both show a row of the data, which is fetched when one of them is on the screen. */
function UseOfTrained({ project, version, signature }: TabProps & { signature: Signature }) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useFirstRows(project, version, useSeen(place));
  return (
    <>
      <div ref={place}>
        <TryIt project={project} version={version} signature={signature} rows={rows} />
      </div>
      <Section title="Use it from code">
        <CodeExamples examples={trainedExamples(project, version, rows)} />
      </Section>
    </>
  );
}
