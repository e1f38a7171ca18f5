import { Button } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { reproductionsQuery, useReproduceVersion } from "@/api/reproductions";
import type { Reproduction, Version } from "@/api/types";
import { Needs } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { Section } from "@/ui/Section";
import { useSeen } from "@/ui/useSeen";
import { referenceOf } from "../actions/state";
import classes from "./Reproductions.module.css";

const VERDICTS = {
  bit_equal: "Bit-equal: every file of the model has the same bytes.",
  within_tolerance: "Within tolerance: files differ, the metrics do not.",
  drifted: "Drifted.",
  failed: "Not reproduced.",
};

/** Training a version again from what is recorded of it, and whether the same came out. */
export function Reproductions({ project, version }: { project: string; version: Version }) {
  const path = { project, model: version.model, number: version.number };
  const place = useRef<HTMLDivElement>(null);
  const query = useQuery({ ...reproductionsQuery(path), enabled: useSeen(place) });
  const reproduce = useReproduceVersion(path);
  return (
    <Section
      title="Reproductions"
      aside={
        <Needs permission="project:models:train">
          <Button
            variant="default"
            leftSection={<IconRepeat size={15} />}
            loading={reproduce.isPending}
            onClick={() =>
              reproduce.mutate(undefined, {
                onError: (error) => notifyError(`${referenceOf(version)} was not reproduced`, error),
              })
            }
          >
            Reproduce
          </Button>
        </Needs>
      }
    >
      <div ref={place} />
      {query.data?.length ? (
        <ul className={classes.list}>
          {query.data.map((item) => (
            <Item key={item.version.number} project={project} number={version.number} item={item} />
          ))}
        </ul>
      ) : (
        <p className={classes.none}>Trains it again from its config, data and seed, and compares what comes out.</p>
      )}
    </Section>
  );
}

function Item({ project, number, item }: { project: string; number: number; item: Reproduction }) {
  const isOriginal = item.original.number === number;
  const other = isOriginal ? item.version : item.original;
  return (
    <li>
      <p className={classes.head}>
        {isOriginal ? "Trained again as " : "Reproduces "}
        <Link
          to="/p/$project/models/$model/versions/$number"
          params={{ project, model: other.model, number: other.number }}
        >
          #{other.number}
        </Link>
        <span data-verdict={item.verdict ?? "pending"}>{item.verdict ? VERDICTS[item.verdict] : "Training…"}</span>
      </p>
      {item.packages.length > 0 && (
        <p className={classes.more}>
          Packages differ:{" "}
          {item.packages
            .map(({ name, recorded, present }) => `${name} ${recorded} is ${present ?? "not installed"}`)
            .join(", ")}
        </p>
      )}
      {item.notes.concat(item.reasons ?? []).map((text) => (
        <p key={text} className={classes.more}>
          {text}
        </p>
      ))}
    </li>
  );
}
