import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { StatusBadge } from "@/ui/StatusBadge";

const STATUSES = [
  "Queued",
  "Preprocessing",
  "Training",
  "Evaluating",
  "Visualizing",
  "Explaining",
  "Ready",
  "Failed",
  "Canceling",
  "Canceled",
];

interface Props {
  value: string[];
  onChange: (value: string[]) => void;
}

export function StatusFilter({ value, onChange }: Props) {
  const toggle = (status: string) =>
    onChange(value.includes(status) ? value.filter((other) => other !== status) : [...value, status]);
  const text = value.length === 0 ? "Any status" : value.length === 1 ? value[0] : `${value.length} statuses`;
  return (
    <Menu closeOnItemClick={false} position="bottom-start" width={190}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />} fw={400} aria-label={`Status: ${text}`}>
          {text}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {STATUSES.map((status) => (
          <Menu.CheckboxItem key={status} checked={value.includes(status)} onChange={() => toggle(status)}>
            <StatusBadge status={status} />
          </Menu.CheckboxItem>
        ))}
        {value.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onChange([])}>Any status</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
