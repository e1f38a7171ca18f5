import type { Version } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";

type Known = Pick<Version, "model" | "number" | "dataset" | "target" | "output_type" | "trainer" | "metrics"> & {
  signature: Version["signature"];
};

/** A model card in Markdown with what is known filled in, and questions where only people know. */
export function modelCard({ model, number, dataset, target, output_type, trainer, metrics, signature }: Known): string {
  const tested = metrics.filter(({ split }) => split === "test");
  const inputs = signature?.inputs ?? [];
  const lines = [
    `# ${model} #${number}`,
    "",
    target ? `Predicts \`${target}\`${output_type ? ` (${output_type})` : ""}.` : "What does it predict?",
    "",
    "## Data",
    "",
    dataset ? `Trained on ${dataset.name}@${dataset.number}.` : "What was it trained on?",
    ...(trainer ? ["", `Trainer: ${trainer}.`] : []),
    ...(inputs.length > 0 ? ["", `Inputs: ${inputs.map(({ name }) => `\`${name}\``).join(", ")}.`] : []),
    "",
    "## Metrics",
    "",
    ...(tested.length > 0
      ? [
          "| Metric | Test |",
          "| --- | --- |",
          ...tested.map(({ name, value }) => `| ${metricTitle(name)} | ${formatNumber(value)} |`),
        ]
      : ["How well does it do, and on which rows?"]),
    "",
    "## Slices",
    "",
    "For whom does it do worse?",
    "",
    "## Limits",
    "",
    "What must it not be used for?",
    "",
    "## License",
    "",
    "Under which license may it be used?",
  ];
  return lines.join("\n");
}
