import type { WebhookEvent } from "@/api/types";

interface EventGroup {
  label: string;
  events: [event: WebhookEvent, label: string][];
}

/** What a webhook can be told of, as people choose it. */
export const EVENT_GROUPS: EventGroup[] = [
  {
    label: "Models",
    events: [
      ["registered_model.created", "Model made"],
      ["model_version.created", "Version ready"],
      ["model_version_alias.created", "Alias set"],
      ["model_version_alias.deleted", "Alias deleted"],
      ["model_version_tag.set", "Tag of a version set"],
      ["model_version_tag.deleted", "Tag of a version deleted"],
    ],
  },
  {
    label: "Prompts",
    events: [
      ["prompt.created", "Prompt made"],
      ["prompt_version.created", "Version made"],
      ["prompt_alias.created", "Alias set"],
      ["prompt_alias.deleted", "Alias deleted"],
      ["prompt_tag.set", "Tag set"],
      ["prompt_tag.deleted", "Tag deleted"],
      ["prompt_version_tag.set", "Tag of a version set"],
      ["prompt_version_tag.deleted", "Tag of a version deleted"],
    ],
  },
];
