import type { Engine } from "@/api/types";
import { formatBytes, plural } from "@/lib/format";
import { Section } from "@/ui/Section";
import classes from "./Engines.module.css";
import { JobRow } from "./JobRow";

/** One engine: how full it is, what its jobs may use, what runs on it and what waits. */
export function EngineView({ project, engine }: { project: string; engine: Engine }) {
  const { name, kind, slots, running, queued, memory_limit_bytes: memory, cpu_limit: cpus, jobs } = engine;
  const started = jobs.filter(({ status }) => status !== "queued");
  const waiting = jobs
    .filter(({ status }) => status === "queued")
    .sort((a, b) => (a.position ?? Number.MAX_SAFE_INTEGER) - (b.position ?? Number.MAX_SAFE_INTEGER));
  return (
    <article className={classes.engine} aria-label={`Engine ${name}`}>
      <header className={classes.head}>
        <div>
          <h2 className={classes.name}>{name}</h2>
          <p className={classes.quiet}>{kind === "local" ? "Processes on the machine of the server" : kind}</p>
        </div>
        <dl className={classes.facts}>
          <div>
            <dt>Slots in use</dt>
            <dd>
              <Slots used={running} of={slots} />
            </dd>
          </div>
          <div>
            <dt>In the queue</dt>
            <dd>{queued}</dd>
          </div>
          <div>
            <dt>Memory per job</dt>
            <dd>{memory == null ? "no limit" : `at most ${formatBytes(memory)}`}</dd>
          </div>
          <div>
            <dt>Processors per job</dt>
            <dd>{cpus == null ? "no limit" : `at most ${cpus}`}</dd>
          </div>
        </dl>
      </header>
      <Section title="Running">
        {started.length === 0 ? (
          <p className={classes.nothing}>Nothing is running. The next training starts at once.</p>
        ) : (
          <ul className={classes.jobs}>
            {started.map((job) => (
              <JobRow key={job.id} project={project} job={job} />
            ))}
          </ul>
        )}
      </Section>
      <Section title="Queue">
        {waiting.length === 0 ? (
          <p className={classes.nothing}>The queue is empty.</p>
        ) : (
          <ol className={classes.jobs}>
            {waiting.map((job) => (
              <JobRow key={job.id} project={project} job={job} />
            ))}
          </ol>
        )}
        {queued > waiting.length && <p className={classes.quiet}>and {plural(queued - waiting.length, "more job")}</p>}
      </Section>
    </article>
  );
}

const MAX_BOXES = 16;

function Slots({ used, of }: { used: number; of: number }) {
  const text = `${used} of ${of}`;
  if (of > MAX_BOXES) return text;
  return (
    <span className={classes.slots}>
      <span className="tabular">{text}</span>
      <span className={classes.boxes} aria-hidden>
        {Array.from({ length: of }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: slots have no other identity.
          <span key={index} data-used={index < used || undefined} />
        ))}
      </span>
    </span>
  );
}
