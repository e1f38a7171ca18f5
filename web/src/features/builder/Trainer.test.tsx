import { fireEvent, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Problem, TrainerInfo } from "@/api/types";
import { show } from "@/testing/render";
import { useDraft } from "./draft";
import { Trainer } from "./Trainer";

const option = (name: string, changes: object) => ({ name, help: "", group: "main", nullable: false, ...changes });
const TRAINERS = [
  {
    name: "gbm",
    title: "Gradient-boosted trees",
    description: "",
    options: [
      option("learning_rate", { type: "number", default: 0.1, minimum: 0 }),
      option("class_weights", { type: "choice", default: "none", choices: ["none", "balanced"] }),
      option("early_stop", { type: "integer", default: 5, group: "early stopping" }),
    ],
  },
  {
    name: "linear",
    title: "Linear model",
    description: "",
    options: [option("class_weights", { type: "choice", default: "none", choices: ["none", "balanced"] })],
  },
] as unknown as TrainerInfo[];

const YAML = "model_type: gbm # as agreed\ntrainer:\n  learning_rate: 0.05\ninput_features: []\n";

/** A form and a text field beside it, over one draft. */
function Both({ initial = YAML, problems = [] }: { initial?: string; problems?: Problem[] }) {
  const draft = useDraft(initial);
  return (
    <>
      {draft.config ? (
        <Trainer draft={draft} config={draft.config} trainers={TRAINERS} problems={problems} />
      ) : (
        <p>unreadable</p>
      )}
      <textarea aria-label="YAML" value={draft.text} onChange={(event) => draft.setText(event.currentTarget.value)} />
    </>
  );
}

const yaml = () => screen.getByLabelText<HTMLTextAreaElement>("YAML");
const rate = () => screen.getByLabelText<HTMLInputElement>("Learning rate");

it("writes what is filled in into the YAML, and takes it out when emptied", async () => {
  const { user } = await show(<Both />);
  await user.clear(rate());
  expect(yaml().value).not.toContain("learning_rate");
  expect(rate().placeholder).toBe("Default: 0.1");
  await user.type(rate(), "0.");
  expect(rate().value).toBe("0.");
  await user.type(rate(), "30");
  expect(rate().value).toBe("0.30");
  expect(yaml().value).toContain("learning_rate: 0.3\n");
  await user.selectOptions(screen.getByLabelText("Class weights"), "balanced");
  expect(yaml().value).toContain("class_weights: balanced");
  await user.click(screen.getByRole("button", { name: "Back to the default of learning_rate" }));
  expect(rate().value).toBe("");
  expect(yaml().value).toContain("model_type: gbm # as agreed");
});

it("follows the YAML, and comes back once it can be read again", async () => {
  await show(<Both />);
  const edit = (value: string) => fireEvent.change(yaml(), { target: { value } });
  edit("model_type: gbm\ntrainer: {learning_rate: 0.2}\n");
  expect(rate().value).toBe("0.2");
  edit("model_type: [gbm\n");
  expect(screen.getByText("unreadable")).toBeTruthy();
  edit("model_type: linear\n");
  expect(screen.getByRole("radio", { name: /Linear model/ }).getAttribute("aria-checked")).toBe("true");
  expect(screen.queryByLabelText("Learning rate")).toBeNull();
});

it("drops the options that another trainer does not know", async () => {
  const { user } = await show(
    <Both initial={"model_type: gbm\ntrainer:\n  learning_rate: 0.05\n  class_weights: balanced\n"} />,
  );
  await user.click(screen.getByRole("radio", { name: /Linear model/ }));
  expect(yaml().value).toBe("model_type: linear\ntrainer:\n  class_weights: balanced\n");
});

it("shows a problem at its field, and others above", async () => {
  const problems = [
    { path: "trainer.learning_rate", message: "Must be positive." },
    { path: "trainer.learning_rat", message: "No such option." },
  ] as Problem[];
  await show(<Both problems={problems} />);
  expect(rate().getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("trainer.learning_rat: No such option.")).toBeTruthy();
});
