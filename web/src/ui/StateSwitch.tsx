import { SegmentedControl } from "@mantine/core";

interface Props {
  label: string;
  deleted: boolean;
  onChange: (deleted: boolean) => void;
}

/** Shows either what is there or what was deleted and can be restored. */
export function StateSwitch({ label, deleted, onChange }: Props) {
  return (
    <SegmentedControl
      aria-label={label}
      data={[
        { value: "active", label: "Active" },
        { value: "deleted", label: "Deleted" },
      ]}
      value={deleted ? "deleted" : "active"}
      onChange={(value) => onChange(value === "deleted")}
    />
  );
}
