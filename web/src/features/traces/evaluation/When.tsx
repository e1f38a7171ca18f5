import { Time } from "@/ui/Time";

/** A moment, and whose doing it was. */
export function When({ at, by }: { at: string; by: string | null }) {
  return (
    <>
      <Time at={at} />
      {by && ` by ${by}`}
    </>
  );
}
