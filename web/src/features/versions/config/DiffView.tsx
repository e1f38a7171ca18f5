import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { versionConfigQuery } from "@/api/versions";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { ErrorState } from "@/ui/States";
import { YamlLine } from "@/ui/YamlLine";
import classes from "./Config.module.css";
import { diffOf, isSame } from "./diff";

interface Props {
  project: string;
  model: string;
  parent: number;
  number: number;
  rendered: string;
}

const SIGNS = { same: " ", added: "+", removed: "−", skipped: "⋯" };

/** What changed in the rendered config since the version it was made from. */
export function DiffView({ project, model, parent, number, rendered }: Props) {
  const query = useQuery(versionConfigQuery({ project, model, number: parent }));
  const before = query.data?.rendered_yaml;
  const lines = useMemo(() => (before === undefined ? [] : diffOf(before, rendered)), [before, rendered]);
  if (query.error)
    return <ErrorState error={query.error} retry={query.refetch} title="The parent's config could not be loaded" />;
  if (before === undefined) return null;
  return (
    <>
      <p className={classes.note}>
        From{" "}
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => (
            <Link
              to="/p/$project/models/$model/versions/$number"
              params={{ project, model, number: parent }}
              {...props}
            />
          )}
        >
          #{parent}
        </Anchor>{" "}
        to #{number}, with all defaults filled in.
      </p>
      {isSame(lines) ? (
        <p className={classes.note}>The two configs are the same.</p>
      ) : (
        <div className={classes.frame}>
          <ScrollRegion className={classes.code} label={`Difference of the configs of #${parent} and #${number}`}>
            {lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
              <div key={index} className={classes.line} data-change={line.kind}>
                <span className={classes.number}>{line.before}</span>
                <span className={classes.number}>{line.after}</span>
                <span className={classes.sign}>{SIGNS[line.kind]}</span>
                {line.kind === "skipped" ? (
                  <span className={classes.text}>{line.text}</span>
                ) : (
                  <YamlLine text={line.text} />
                )}
              </div>
            ))}
          </ScrollRegion>
        </div>
      )}
    </>
  );
}
