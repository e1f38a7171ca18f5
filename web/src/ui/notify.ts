import { notifications } from "@mantine/notifications";
import { ApiError, messageOf } from "@/api/errors";

/** Says that something asked for did not happen, why, and what to do. */
export function notifyError(title: string, error: unknown): void {
  const hint = error instanceof ApiError && error.hint ? ` ${error.hint}` : "";
  notifications.show({ color: "red", title, message: messageOf(error) + hint, autoClose: 10_000 });
}

export function notifyDone(message: string): void {
  notifications.show({ message });
}
