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
      ["registered_model.created", "Model created"],
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
      ["prompt.created", "Prompt created"],
      ["prompt_version.created", "Version created"],
      ["prompt_alias.created", "Alias set"],
      ["prompt_alias.deleted", "Alias deleted"],
      ["prompt_tag.set", "Tag set"],
      ["prompt_tag.deleted", "Tag deleted"],
      ["prompt_version_tag.set", "Tag of a version set"],
      ["prompt_version_tag.deleted", "Tag of a version deleted"],
    ],
  },
];
