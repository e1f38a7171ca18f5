import { isMap, isSeq } from "yaml";
import type { WarningAction } from "@/api/types";
import { type Edit, setValue } from "./draft";

/** What an action changes in a config; null when it is for the person to change it. */
export function editOf(action: WarningAction): Edit | null {
  switch (action.kind) {
    case "drop_feature":
      return dropFeature(action.feature ?? "");
    case "set_split":
      return setValue(["preprocessing", "split"], action.split);
    case "set_option":
      return setValue(["trainer", action.option ?? ""], action.value);
    case "drop_duplicates":
      return setValue(["preprocessing", "drop_duplicates"], true);
    default:
      return null;
  }
}

function dropFeature(name: string): Edit {
  return (document) => {
    const features = document.get("input_features", true);
    if (!isSeq(features)) return;
    features.items = features.items.filter((feature) => !isMap(feature) || String(feature.get("name")) !== name);
    features.flow = features.items.length === 0;
  };
}
