import { ActionIcon, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { downloadText } from "@/lib/download";
import { CopyIcon } from "@/ui/CopyId";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { YamlLine } from "@/ui/YamlLine";
import classes from "./Config.module.css";

/** YAML to read, copy and download. */
export function YamlView({ yaml, fileName, label }: { yaml: string; fileName: string; label: string }) {
  const lines = yaml.replace(/\n$/, "").split("\n");
  return (
    <div className={classes.frame}>
      <div className={classes.tools}>
        <CopyIcon value={yaml} label="Copy YAML" />
        <Tooltip label="Download YAML">
          <ActionIcon
            size={22}
            aria-label="Download YAML"
            onClick={() => downloadText(yaml, fileName, "application/yaml")}
          >
            <IconDownload size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      <ScrollRegion className={classes.code} label={label}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
          <div key={index} className={classes.line}>
            <span className={classes.number}>{index + 1}</span>
            <YamlLine text={line} />
          </div>
        ))}
      </ScrollRegion>
    </div>
  );
}
