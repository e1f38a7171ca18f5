import { Button, Skeleton } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { suggestionsQuery, useTrainSuggestions } from "@/api/suggestions";
import { plural } from "@/lib/format";
import { Needs } from "@/ui/Needs";
import { notifyDone, notifyError } from "@/ui/notify";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { referenceOf } from "../actions/state";
import type { TabProps } from "../tab";
import classes from "./Copilot.module.css";
import { Outcome } from "./Outcome";
import { SuggestionItem } from "./SuggestionItem";

/** The Data Science Co-Pilot: the next experiments, each with its evidence, and whether earlier ones helped. */
export function CopilotTab({ project, version }: TabProps) {
  const { model, number } = version;
  const path = { project, model, number };
  const query = useQuery(suggestionsQuery(path));
  const train = useTrainSuggestions(path, version.dataset);
  const [chosen, setChosen] = useState<string[]>([]);
  if (query.error && !query.data) return <ErrorState error={query.error} retry={query.refetch} />;
  if (!query.data) {
    return (
      <Content>
        <Skeleton height={220} aria-label="Looking for suggestions" />
      </Content>
    );
  }
  const { suggestions, tried, outcome, unknown } = query.data;
  const selected = suggestions.filter(({ id }) => chosen.includes(id));
  const start = () =>
    train.mutate(selected, {
      onError: (error) => notifyError("Not every suggestion was started", error),
      onSuccess: (started) => {
        setChosen([]);
        notifyDone(`${started.map(referenceOf).join(", ")}: training was started.`);
      },
    });
  return (
    <Content>
      {outcome && (
        <Section title="Did it help?">
          <Outcome project={project} model={model} outcome={outcome} shown="parent" />
        </Section>
      )}
      {suggestions.length > 0 ? (
        <Section
          title="Next experiments"
          aside={
            <Needs permission="project:models:train">
              <Button size="compact-sm" disabled={selected.length === 0} loading={train.isPending} onClick={start}>
                {selected.length > 0 ? `Train ${plural(selected.length, "suggestion")}` : "Train selected"}
              </Button>
            </Needs>
          }
        >
          <ol className={classes.list} aria-label="Suggestions">
            {suggestions.map((suggestion) => (
              <SuggestionItem
                key={suggestion.id}
                project={project}
                version={version}
                suggestion={suggestion}
                chosen={chosen.includes(suggestion.id)}
                onChoose={(on) =>
                  setChosen((before) => [
                    ...before.filter((id) => id !== suggestion.id),
                    ...(on ? [suggestion.id] : []),
                  ])
                }
              />
            ))}
          </ol>
        </Section>
      ) : (
        <EmptyState icon={IconSparkles} title="No suggestions">
          {unknown[0] ?? "Nothing that is recorded about this version calls for another experiment."}
        </EmptyState>
      )}
      {tried.length > 0 && (
        <Section title="Already tried">
          <ul className={classes.list} aria-label="Already tried">
            {tried.map((item) => (
              <li key={item.number}>
                <Outcome project={project} model={model} outcome={item} shown="number" />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {suggestions.length > 0 && unknown.length > 0 && (
        <Section title="Not looked at">
          <ul className={classes.unknown}>
            {unknown.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Section>
      )}
    </Content>
  );
}
