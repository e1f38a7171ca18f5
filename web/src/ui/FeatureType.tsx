import {
  IconAlignLeft,
  IconCalendar,
  IconCategory,
  IconHash,
  type IconProps,
  IconToggleLeft,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { FeatureType as Type } from "@/api/types";
import classes from "./FeatureType.module.css";

const ICONS: Record<Type, ComponentType<IconProps>> = {
  number: IconHash,
  category: IconCategory,
  binary: IconToggleLeft,
  text: IconAlignLeft,
  date: IconCalendar,
};

/** What a column is to a model: icon and word, or the icon alone with the word for assistive technology. */
export function FeatureType({ type, iconOnly = false }: { type: Type; iconOnly?: boolean }) {
  const Icon = ICONS[type];
  return (
    <span className={classes.type} title={type}>
      <Icon
        size={15}
        stroke={1.7}
        aria-hidden={!iconOnly}
        aria-label={iconOnly ? type : undefined}
        role={iconOnly ? "img" : undefined}
      />
      {!iconOnly && type}
    </span>
  );
}
