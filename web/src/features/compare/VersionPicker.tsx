import { ActionIcon, Select, Tooltip } from "@mantine/core";
import { IconPin, IconPlus } from "@tabler/icons-react";
import type { VersionSummary } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { Chip } from "@/ui/compared/LineMark";
import classes from "./Compare.module.css";
import { VersionMark } from "./VersionMark";

interface Props {
  existing: VersionSummary[];
  chosen: number[];
  onChange: (numbers: number[]) => void;
}

/** The compared versions, in order: the first is what the others are held against. */
export function VersionPicker({ existing, chosen, onChange }: Props) {
  const options = existing
    .filter(({ number }) => !chosen.includes(number))
    .map(({ number, status, metric, description }) => ({
      value: String(number),
      label: [`#${number}`, metric ? formatNumber(metric.value) : status, description].filter(Boolean).join(" · "),
    }));
  return (
    <div className={classes.picker}>
      {chosen.map((number, index) => (
        <Chip key={number} label={`#${number}`} onRemove={() => onChange(chosen.filter((other) => other !== number))}>
          <VersionMark number={number} among={chosen} />
          {index === 0 && chosen.length > 1 && <span className={classes.quiet}>baseline</span>}
          {index > 0 && (
            <Tooltip label="Make it the baseline">
              <ActionIcon
                size={22}
                aria-label={`Make #${number} the baseline`}
                onClick={() => onChange([number, ...chosen.filter((other) => other !== number)])}
              >
                <IconPin size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </Chip>
      ))}
      <Select
        aria-label="Add a version"
        placeholder="Add a version"
        leftSection={<IconPlus size={14} aria-hidden />}
        data={options}
        value={null}
        onChange={(value) => value && onChange([...chosen, Number(value)])}
        searchable
        limit={100}
        nothingFoundMessage="No other version"
        w={240}
        maw="100%"
        key={chosen.join()}
      />
    </div>
  );
}
