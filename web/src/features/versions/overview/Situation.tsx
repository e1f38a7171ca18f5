import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Version } from "@/api/types";
import { versionUrl } from "@/api/versions";
import { HiddenWithout } from "@/ui/Needs";
import classes from "./Overview.module.css";

/** What a person should know or do before anything else: why it failed, what it waits for, that it was stopped. */
export function Situation({ project, version }: { project: string; version: Version }) {
  if (version.status === "Failed") return <Failed project={project} version={version} />;
  if (version.status === "Queued") return <Queued project={project} version={version} />;
  if (version.status === "Canceled") {
    return (
      <section className={classes.notice} aria-label="Canceled">
        <h2>Canceled</h2>
        <p className={classes.quiet}>This training was canceled. What it had logged is kept.</p>
      </section>
    );
  }
  return null;
}

function Failed({ project, version }: { project: string; version: Version }) {
  const { error, model, number } = version;
  const path = { project, model, number };
  return (
    <section className={classes.notice} data-tone="bad" aria-label="Failure">
      <h2>{error ? `Failed in the step ${error.step}` : "Failed"}</h2>
      <p className={classes.message}>{error?.message ?? "No reason was recorded."}</p>
      {error && (
        <p className={classes.quiet}>
          Code <code className="mono">{error.code}</code>
        </p>
      )}
      <div className={classes.links}>
        <Anchor
          inherit
          underline="always"
          renderRoot={(props) => (
            <Link
              to="/p/$project/models/$model/versions/$number"
              params={path}
              search={{ tab: "training" }}
              {...props}
            />
          )}
        >
          See the log
        </Anchor>
        <Anchor inherit underline="always" href={versionUrl(path, "log/download")} download>
          Download the log
        </Anchor>
        <HiddenWithout permission="project:models:train">
          <Anchor
            inherit
            underline="always"
            renderRoot={(props) => (
              <Link to="/p/$project/models/$model/new" params={path} search={{ from: number }} {...props} />
            )}
          >
            Change the config and try again
          </Anchor>
        </HiddenWithout>
      </div>
    </section>
  );
}

function Queued({ project, version }: { project: string; version: Version }) {
  const position = version.queue_position;
  const ahead = position === null ? null : position - 1;
  return (
    <section className={classes.notice} data-tone="moving" aria-label="Queue">
      <h2>{ahead === 0 ? "Next in line" : ahead ? `${ahead} ahead in the queue` : "Waiting for its turn"}</h2>
      <p className={classes.quiet}>
        It starts when the engine {version.engine} has a free slot.{" "}
        <HiddenWithout permission="server:engines:read">
          <Anchor
            inherit
            underline="always"
            renderRoot={(props) => <Link to="/p/$project/engines" params={{ project }} {...props} />}
          >
            See what runs now
          </Anchor>
        </HiddenWithout>
      </p>
    </section>
  );
}
