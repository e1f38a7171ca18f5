import { oneOf, optional, type RawSearch, text } from "@/lib/search";

/** `webhook` is the one whose deliveries are shown, `state` which of them. */
export const settingsSearch = (raw: RawSearch) =>
  optional({ webhook: text(raw.webhook), state: oneOf(raw.state, ["waiting", "delivered", "failed"]) });
