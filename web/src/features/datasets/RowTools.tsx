import { Button, CloseButton, NativeSelect, NumberInput, Popover, Select, Stack, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
import type { Column } from "@/api/types";
import { formatCount } from "@/lib/format";
import { SearchField } from "@/ui/SearchField";
import { type Condition, describeCondition, needsValue, operatorsOf } from "./conditions";
import classes from "./Rows.module.css";

interface Props {
  columns: Column[];
  search: string | undefined;
  onSearch: (search: string | undefined) => void;
  conditions: Condition[];
  onConditions: (conditions: Condition[]) => void;
  /** The column that a condition is being made for; undefined while none is. */
  conditionColumn: string | undefined;
  onAsk: (column: string | undefined) => void;
  /** How many rows there are of those that are wanted. */
  total: number | undefined;
  onJump: (row: number) => void;
  error: string | null;
}

/** Above the rows: a search, conditions, and the way to a row. */
export function RowTools(props: Props) {
  const { conditions, onConditions, conditionColumn, onAsk, total, error, columns } = props;
  const [row, setRow] = useState<number | string>("");
  const jump = (event: SubmitEvent) => {
    event.preventDefault();
    if (typeof row === "number") props.onJump(row);
  };
  return (
    <div className={classes.tools}>
      <SearchField label="Search all columns" value={props.search} onChange={props.onSearch} width={220} />
      <Popover
        opened={conditionColumn !== undefined}
        onChange={(opened) => !opened && onAsk(undefined)}
        position="bottom-start"
        shadow="md"
        trapFocus
        returnFocus
        width={280}
      >
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<IconFilter size={15} />}
            onClick={() => onAsk(conditionColumn === undefined ? (columns[0]?.name ?? "") : undefined)}
          >
            Add a filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <ConditionForm
            key={conditionColumn}
            columns={columns}
            initial={conditionColumn ?? ""}
            onAdd={(condition) => {
              onAsk(undefined);
              onConditions([...conditions, condition]);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {conditions.map((condition, index) => {
        const text = describeCondition(condition);
        return (
          <span key={text} className={classes.chip}>
            <span className="truncate" title={text}>
              {text}
            </span>
            <CloseButton
              size="xs"
              aria-label={`Remove the filter ${text}`}
              onClick={() => onConditions(conditions.filter((_, at) => at !== index))}
            />
          </span>
        );
      })}
      <span className={classes.count}>{total !== undefined && `${formatCount(total)} rows`}</span>
      <form onSubmit={jump}>
        <NumberInput
          aria-label="Go to row"
          placeholder="Go to row"
          size="xs"
          w={104}
          min={1}
          max={total}
          allowDecimal={false}
          hideControls
          value={row}
          onChange={setRow}
        />
      </form>
      {error && (
        <p role="alert" className={classes.problem}>
          {error}
        </p>
      )}
    </div>
  );
}

interface FormProps {
  columns: Column[];
  initial: string;
  onAdd: (condition: Condition) => void;
}

function ConditionForm({ columns, initial, onAdd }: FormProps) {
  const [name, setName] = useState(initial);
  const operators = operatorsOf(columns.find((column) => column.name === name));
  const [chosen, setOperator] = useState(operators[0] ?? "=");
  const operator = operators.includes(chosen) ? chosen : (operators[0] ?? "=");
  const [value, setValue] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onAdd(needsValue(operator) ? [name, operator, value] : [name, operator]);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Select
          label="Column"
          size="xs"
          data={columns.map((column) => column.name)}
          value={name}
          onChange={(next) => next && setName(next)}
          allowDeselect={false}
          searchable
          limit={200}
          comboboxProps={{ withinPortal: false }}
        />
        <NativeSelect
          label="Condition"
          size="xs"
          data={operators}
          value={operator}
          onChange={(event) => setOperator(event.currentTarget.value)}
        />
        {needsValue(operator) && (
          <TextInput
            label="Value"
            data-autofocus
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        )}
        <Button type="submit">Filter</Button>
      </Stack>
    </form>
  );
}
