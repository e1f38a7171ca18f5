import { Kbd, Modal } from "@mantine/core";
import { Fragment } from "react";
import classes from "./KeysDialog.module.css";

const KEYS: { title: string; keys: [keys: string[], what: string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      [["Ctrl", "K"], "Search, and start an action"],
      [["?"], "Show these shortcuts"],
      [["Esc"], "Close what is open"],
    ],
  },
  {
    title: "Tables",
    keys: [
      [["j"], "Next row"],
      [["k"], "Previous row"],
      [["Enter"], "Open the row"],
      [["x"], "Select the row"],
      [["→"], "Show what is nested in the row"],
      [["←"], "Hide what is nested in the row"],
    ],
  },
  {
    title: "Charts that can be zoomed",
    keys: [
      [["+"], "Zoom in"],
      [["-"], "Zoom out"],
      [["←"], "Move left"],
      [["→"], "Move right"],
      [["0"], "Show all"],
    ],
  },
];

/** What can be done by keyboard. */
export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size={440}>
      {KEYS.map(({ title, keys }) => (
        <section key={title} className={classes.group}>
          <h3 className={classes.title}>{title}</h3>
          <dl className={classes.keys}>
            {keys.map(([pressed, what]) => (
              <Fragment key={what}>
                <dt>
                  {pressed.map((key) => (
                    <Kbd key={key} size="sm">
                      {key}
                    </Kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
