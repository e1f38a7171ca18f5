import { fireEvent, screen, within } from "@testing-library/react";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { DataTable } from "./DataTable";
import type { DataColumn, DataTableProps } from "./types";

interface Fruit {
  name: string;
  weight: number;
  color: string;
}

const ROWS: Fruit[] = [
  { name: "apple", weight: 182, color: "red" },
  { name: "kiwi", weight: 75, color: "green" },
  { name: "melon", weight: 1500, color: "yellow" },
];
const COLUMNS: DataColumn<Fruit>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, sort: "name", sortFirst: "asc", fixed: true },
  { id: "weight", header: "Weight", cell: ({ weight }) => weight, sort: "weight" },
  { id: "color", header: "Color", cell: ({ color }) => color, hidden: true },
];

type Changes = Partial<DataTableProps<Fruit>>;

function Table(changes: Changes) {
  const rowId = ({ name }: Fruit) => name;
  return (
    <DataTable id="fruit" label="Fruit" columns={COLUMNS} rows={ROWS} rowId={rowId} empty="No fruit." {...changes} />
  );
}

function Selectable(changes: Changes) {
  const [ids, onChange] = useState<string[]>([]);
  const actions = (rows: Fruit[]) => <output>{rows.map(({ name }) => name).join(" ")}</output>;
  return <Table {...changes} selection={{ ids, onChange, actions }} />;
}

const headers = () => screen.getAllByRole("columnheader").map((cell) => cell.textContent);
const focused = () => document.activeElement?.closest("tr")?.textContent;

it("sorts a column its own way round at first, then the other", async () => {
  const onSort = vi.fn();
  const { user, rerender } = await show(<Table onSort={onSort} />);
  await user.click(screen.getByRole("button", { name: "Name" }));
  expect(onSort).toHaveBeenLastCalledWith({ by: "name", order: "asc" });
  await user.click(screen.getByRole("button", { name: "Weight" }));
  expect(onSort).toHaveBeenLastCalledWith({ by: "weight", order: "desc" });
  rerender(<Table onSort={onSort} sort={{ by: "weight", order: "desc" }} />);
  expect(screen.getByRole("columnheader", { name: "Weight" }).getAttribute("aria-sort")).toBe("descending");
  await user.click(screen.getByRole("button", { name: "Weight" }));
  expect(onSort).toHaveBeenLastCalledWith({ by: "weight", order: "asc" });
});

it("hands the selected rows to the actions, and drops them when the selection is cleared", async () => {
  const { user } = await show(<Selectable />);
  expect(screen.queryByRole("toolbar")).toBeNull();
  const boxes = screen.getAllByRole<HTMLInputElement>("checkbox");
  await user.click(boxes[2] as HTMLElement);
  expect(screen.getByRole("status").textContent).toBe("kiwi");
  expect(boxes[0]?.indeterminate).toBe(true);
  await user.click(boxes[0] as HTMLElement);
  expect(screen.getByRole("status").textContent).toBe("apple kiwi melon");
  expect(within(screen.getByRole("toolbar")).getByText("3 selected")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Clear selection" }));
  expect(screen.queryByRole("toolbar")).toBeNull();
});

it("is walked with j, k and the arrows, x selects and Enter opens", async () => {
  const onOpen = vi.fn();
  const { user } = await show(<Selectable onOpen={onOpen} />);
  await user.keyboard("j");
  expect(focused()).toContain("apple");
  await user.keyboard("{ArrowDown}jj");
  expect(focused()).toContain("melon");
  await user.keyboard("k");
  expect(focused()).toContain("kiwi");
  await user.keyboard("x");
  expect(screen.getByRole("status").textContent).toBe("kiwi");
  await user.keyboard("{Enter}");
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(ROWS[1]);
});

it("leaves keys alone that are typed into a field, or pressed with a modifier", async () => {
  const { user } = await show(<Table toolbar={<input aria-label="Filter" />} />);
  const field = screen.getByLabelText<HTMLInputElement>("Filter");
  await user.type(field, "jk");
  expect(field.value).toBe("jk");
  expect(document.activeElement).toBe(field);
  field.blur();
  fireEvent.keyDown(document, { key: "j", ctrlKey: true });
  expect(document.activeElement).toBe(document.body);
});

it("writes chosen columns into the address and remembers them", async () => {
  const { user, search, unmount } = await show(<Table />);
  expect(headers()).toEqual(["Name", "Weight"]);
  await user.click(screen.getByRole("button", { name: "Choose columns" }));
  await user.click(await screen.findByRole("checkbox", { name: "Color" }));
  expect(headers()).toEqual(["Name", "Weight", "Color"]);
  expect(search()).toEqual({ columns: ["weight", "color"] });
  unmount();

  const again = await show(<Table />);
  expect(headers()).toEqual(["Name", "Weight", "Color"]);
  expect(again.search()).toEqual({ columns: ["weight", "color"] });
});

it("shows the columns of an address rather than those it remembers", async () => {
  localStorage.setItem("modelyard.columns.fruit", JSON.stringify({ weight: true, color: true }));
  await show(<Table />, "/?columns=color");
  expect(headers()).toEqual(["Name", "Color"]);
});

it("says that there is nothing, and offers to try again after an error", async () => {
  const onRetry = vi.fn();
  const { user, rerender } = await show(<Table rows={[]} />);
  expect(screen.getByText("No fruit.")).toBeTruthy();
  rerender(<Table rows={[]} error={new Error("The server is busy.")} onRetry={onRetry} />);
  expect(screen.queryByText("No fruit.")).toBeNull();
  expect(screen.getByText("The server is busy.")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: /again/i }));
  expect(onRetry).toHaveBeenCalledOnce();
});
