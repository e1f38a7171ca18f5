import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** The menu of what is seldom done with a page's thing. */
export function MoreActions({ children }: { children: ReactNode }) {
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label="More actions" variant="default" size={30}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
