import { Button } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { digestQuery, useVerifyVersion } from "@/api/proof";
import type { VersionVerification } from "@/api/types";
import { CopyId } from "@/ui/CopyId";
import { notifyError } from "@/ui/notify";
import { Facts, Section } from "@/ui/Section";
import { Bytes } from "@/ui/Time";
import classes from "./Files.module.css";

interface Props {
  project: string;
  model: string;
  number: number;
}

/** One digest for all of a version, and the proof that it is as it was when it was finished. */
export function Proof(path: Props) {
  const query = useQuery(digestQuery(path));
  const verify = useVerifyVersion(path);
  const digest = query.data;
  if (!digest) return null;
  const items: [string, React.ReactNode][] = [];
  if (digest.files_digest) items.push(["All files", <Digest key="files" value={digest.files_digest} />]);
  if (digest.record_digest) items.push(["Config and metrics", <Digest key="record" value={digest.record_digest} />]);
  return (
    <Section
      title="Integrity"
      aside={
        digest.files_digest && (
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={15} />}
            loading={verify.isPending}
            onClick={() =>
              verify.mutate(undefined, { onError: (error) => notifyError("The version was not verified", error) })
            }
          >
            Verify
          </Button>
        )
      }
    >
      {items.length > 0 && <Facts items={items} />}
      {digest.note && <p className={classes.note}>{digest.note}</p>}
      <div role="status">{verify.data && <Outcome verification={verify.data} />}</div>
    </Section>
  );
}

function Digest({ value }: { value: string }) {
  return <CopyId value={value} label="digest" short={value.slice(0, 12)} />;
}

function Outcome({ verification }: { verification: VersionVerification }) {
  const { faults, checked_files, checked_bytes } = verification;
  if (faults.length === 0) {
    return (
      <p className={classes.intact}>
        Intact: {checked_files} {checked_files === 1 ? "file" : "files"}, <Bytes value={checked_bytes} /> read again.
      </p>
    );
  }
  return (
    <>
      <p className={classes.damaged}>Damaged: this version is not what it was.</p>
      <ul className={classes.faults}>
        {faults.map(({ path, message }) => (
          <li key={path}>{message}</li>
        ))}
      </ul>
    </>
  );
}
