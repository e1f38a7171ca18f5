import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type ExportFormat, exportUrl } from "@/api/exports";
import type { DataColumn, Exported } from "./types";

const FORMATS: [format: ExportFormat, label: string][] = [
  ["csv", "CSV"],
  ["parquet", "Parquet"],
];

/** The rows of a table as a file: all that are found, in their order, with the columns that are shown. */
export function ExportMenu<Row>({ columns, exported }: { columns: DataColumn<Row>[]; exported: Exported }) {
  const { project, fields, ...list } = exported;
  const names = columns.flatMap(({ id }) => fields[id] ?? (id.includes(".") ? id : []));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="Download the table">
          <ActionIcon aria-label="Download the table" variant="default">
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(([format, label]) => (
          <Menu.Item key={format} component="a" href={exportUrl(project, list, format, names)} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
