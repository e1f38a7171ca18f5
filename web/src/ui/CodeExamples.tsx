import { Tabs } from "@mantine/core";
import { useStored } from "@/lib/stored";
import classes from "./CodeExamples.module.css";
import { CopyIcon } from "./CopyId";

export interface CodeExample {
  /** The tab, e.g. `Python`, `CLI`, `curl` or `MLflow`. */
  label: string;
  code: string;
}

/** "Use it from code": the same thing in several languages, with the real names filled in. */
export function CodeExamples({ examples, label = "Use it from code" }: { examples: CodeExample[]; label?: string }) {
  const [chosen, setChosen] = useStored<string | null>("code.language", null);
  const current = examples.find((example) => example.label === chosen) ?? examples[0];
  if (!current) return null;
  return (
    <Tabs value={current.label} onChange={(value) => value && setChosen(value)} className={classes.frame}>
      <Tabs.List aria-label={label}>
        {examples.map((example) => (
          <Tabs.Tab key={example.label} value={example.label} className={classes.tab}>
            {example.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {examples.map(({ label: name, code }) => (
        <Tabs.Panel key={name} value={name} className={classes.panel}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard. */}
          <pre className={classes.code} tabIndex={0}>
            <code>{code}</code>
          </pre>
          <div className={classes.copy}>
            <CopyIcon value={code} label="Copy code" />
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
