export interface TableData {
  columns: string[];
  rows: string[][];
}

/** The records of a CSV or TSV text, quoted fields with line breaks included. */
export function parseDelimited(text: string, separator: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let isQuoted = false;
  const endField = () => {
    record.push(field);
    field = "";
  };
  const endRecord = () => {
    endField();
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && field === "") isQuoted = true;
    else if (character === separator) endField();
    else if (character === "\n") endRecord();
    else if (character !== "\r") field += character;
  }
  if (field !== "" || record.length > 0) endRecord();
  return records;
}

/** A CSV or TSV as a table; the last record of a text that was cut off may be half, and is left out. */
export function delimitedTable(text: string, path: string, cut: boolean): TableData {
  const records = parseDelimited(text, /\.tsv$/i.test(path) ? "\t" : ",");
  const [columns = [], ...rows] = cut ? records.slice(0, -1) : records;
  return { columns, rows };
}

/** JSON that is a table: a list of objects, or columns and data as `mlflow.log_table` writes them. Else null. */
export function jsonTable(value: unknown): TableData | null {
  if (Array.isArray(value) && value.length > 0 && value.every(isPlain)) {
    const columns = [...new Set(value.flatMap((item) => Object.keys(item)))];
    return { columns, rows: value.map((item) => columns.map((column) => cell(item[column]))) };
  }
  if (!isPlain(value) || !isList(value.columns) || !isList(value.data) || !value.data.every(isList)) return null;
  return { columns: value.columns.map(cell), rows: value.data.map((row) => row.map(cell)) };
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
