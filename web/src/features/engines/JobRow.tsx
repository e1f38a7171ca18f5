import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMayIn } from "@/api/permissions";
import type { Job } from "@/api/types";
import { useCancelVersion } from "@/api/versions";
import { formatDuration } from "@/lib/format";
import { notifyError } from "@/ui/notify";
import { StatusBadge } from "@/ui/StatusBadge";
import { Elapsed, Time } from "@/ui/Time";
import classes from "./Engines.module.css";

/** A job: what it is for, whose, where and how far; a training can be canceled. */
export function JobRow({ project, job }: { project: string; job: Job }) {
  const { title, kind, status, step, progress, host, process_id, attempt } = job;
  const path = versionOf(job);
  // A job is of any project.
  const may = useMayIn(job.project);
  const cancel = useCancelVersion(path);
  const where = [host, process_id && `process ${process_id}`, attempt > 1 && `attempt ${attempt}`].filter(Boolean);
  return (
    <li className={classes.job}>
      <div className={classes.what}>
        {job.position !== null && <span className={classes.position}>{job.position}</span>}
        <div className={classes.names}>
          <Link to="/p/$project/models/$model/versions/$number" params={path} className="text-link">
            {job.project !== project && <span className={classes.quiet}>{job.project} / </span>}
            {path.model} <span className="tabular">#{path.number}</span>
          </Link>
          <span className={classes.quiet}>
            {kind === "train" ? "training" : "answering predictions"} · {job.created_by} · <Time at={job.created_at} />
          </span>
        </div>
      </div>
      <div className={classes.how}>
        <span>
          {kind === "train" ? (
            <StatusBadge status={step} progress={progress} since={job.started_at ?? undefined} />
          ) : (
            <span className={classes.quiet}>
              {status === "starting" ? "starting" : "serving"}
              {job.started_at && (
                <>
                  {" for "}
                  <Elapsed since={job.started_at} />
                </>
              )}
            </span>
          )}
        </span>
        <span className={classes.quiet}>{status === "queued" ? ahead(job.position) : progressText(job, where)}</span>
      </div>
      {kind === "train" && may("project:models:train") !== false && (
        <Button
          variant="default"
          aria-label={`Cancel ${title}`}
          loading={cancel.isPending}
          disabled={step === "Canceling"}
          inert={!may("project:models:train")}
          onClick={() =>
            cancel.mutate(undefined, { onError: (error) => notifyError(`${title} was not canceled`, error) })
          }
        >
          Cancel
        </Button>
      )}
    </li>
  );
}

/** The version that a job is about, from its words: `churn/3`. */
function versionOf({ project, title }: Job) {
  const slash = title.lastIndexOf("/");
  return { project, model: title.slice(0, slash), number: Number(title.slice(slash + 1)) };
}

function ahead(position: number | null): string {
  if (position === null) return "waiting";
  return position === 1 ? "next in line" : `${position - 1} ahead of it`;
}

function progressText({ progress }: Job, where: unknown[]): string {
  const remainingMs = progress?.remaining_ms;
  return [progress?.message, remainingMs != null && `about ${formatDuration(remainingMs)} left`, ...where]
    .filter(Boolean)
    .join(" · ");
}
