import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
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
          <Menu.Item
            key={status}
            role="menuitemcheckbox"
            aria-checked={value.includes(status)}
            onClick={() => toggle(status)}
            rightSection={value.includes(status) ? <IconCheck size={14} aria-hidden /> : null}
          >
            <StatusBadge status={status} />
          </Menu.Item>
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
