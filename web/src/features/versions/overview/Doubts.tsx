import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Version } from "@/api/types";
import { Needs } from "@/ui/Needs";
import { Section } from "@/ui/Section";
import { Warnings } from "@/ui/Warnings";

/** What is suspicious about the training; a click opens the builder with the config mended. */
export function Doubts({ project, version }: { project: string; version: Version }) {
  const { model, number, warnings = [] } = version;
  if (warnings.length === 0) return null;
  return (
    <Section title="Warnings">
      <Warnings
        warnings={warnings}
        action={({ action }, index) =>
          action && (
            <Needs permission="project:models:train">
              <Button
                variant="default"
                size="compact-sm"
                renderRoot={(props) => (
                  <Link
                    to="/p/$project/models/$model/new"
                    params={{ project, model }}
                    search={{ from: number, mend: index }}
                    {...props}
                  />
                )}
              >
                {action.label}
              </Button>
            </Needs>
          )
        }
      />
    </Section>
  );
}
