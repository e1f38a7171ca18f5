import { Button, Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useId } from "react";
import type { Suggestion, Version } from "@/api/types";
import { Needs } from "@/ui/Needs";
import classes from "./Copilot.module.css";
import { changeText } from "./changes";
import { EvidenceLink } from "./EvidenceLink";

interface Props {
  project: string;
  version: Version;
  suggestion: Suggestion;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

/** One experiment: why, on what evidence, what it changes, what to expect, and what it costs. */
export function SuggestionItem({ project, version, suggestion, chosen, onChoose }: Props) {
  const { model, number } = version;
  const { id, title, why, evidence, changes, expected_effect, cost } = suggestion;
  const heading = useId();
  return (
    <li className={classes.item} aria-labelledby={heading}>
      <Checkbox
        className={classes.check}
        aria-label={`Choose: ${title}`}
        checked={chosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <div className={classes.text}>
        <h3 id={heading} className={classes.title}>
          {title}
        </h3>
        <p>{why}</p>
        <ul className={classes.changes} aria-label="Changes">
          {changes.map((change) => (
            <li key={change.path} className="mono">
              {changeText(change)}
            </li>
          ))}
        </ul>
        <dl className={classes.facts}>
          <div>
            <dt>Evidence</dt>
            <dd>
              <ul className={classes.evidence}>
                {evidence.map((item) => (
                  <li key={`${item.kind} ${item.reference}`}>
                    <EvidenceLink project={project} version={version} evidence={item} />
                  </li>
                ))}
              </ul>
            </dd>
          </div>
          <div>
            <dt>Expected</dt>
            <dd>{expected_effect}</dd>
          </div>
          <div>
            <dt>Cost</dt>
            <dd>{cost.text}</dd>
          </div>
        </dl>
      </div>
      <Needs permission="project:models:train">
        <Button
          className={classes.open}
          variant="default"
          size="compact-sm"
          renderRoot={(props) => (
            <Link
              to="/p/$project/models/$model/new"
              params={{ project, model }}
              search={{ from: number, suggestion: id }}
              {...props}
            />
          )}
        >
          Open in the builder
        </Button>
      </Needs>
    </li>
  );
}
