/** Reads comma-separated values as spreadsheets write them: quoted fields may hold commas, quotes and line breaks. */
export type CsvRow = { readonly line: number; readonly fields: readonly string[] };
export type CsvReading = {
  readonly rows: readonly CsvRow[];
  /** Lines on which a quote opens that nothing closes; reading goes on with the line after. */
  readonly unclosed: readonly number[];
};

export function readCsv(text: string): CsvReading {
  const rows: CsvRow[] = [];
  const unclosed: number[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const row = readRow(text, at);
    if (row) {
      if (row.fields.length > 1 || row.fields[0] !== "") rows.push({ line, fields: row.fields });
      line += row.lines;
      at = row.end;
    } else {
      unclosed.push(line);
      const next = LINE_END.exec(text.slice(at));
      at = next ? at + next.index + next[0].length : text.length;
      line += 1;
    }
  }
  return { rows, unclosed };
}

const LINE_END = /\r\n|\n|\r/;
// A field longer than a page is a quote that was never closed; looking for its end in all of the file, line after line,
// would take forever.
const FIELD_LENGTH_MAX = 10_000;

/** Undefined when a quote is not closed. */
function readRow(text: string, from: number): { fields: readonly string[]; lines: number; end: number } | undefined {
  const fields: string[] = [];
  let lines = 1;
  let at = from;
  for (;;) {
    let field = "";
    while (text[at] === " ") at += 1;
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= text.length || field.length > FIELD_LENGTH_MAX) return undefined;
        if (text[at] === '"' && text[at + 1] !== '"') break;
        if (text[at] === '"') at += 1;
        if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) lines += 1;
        field += text[at] ?? "";
      }
      at += 1;
    }
    const rest = at;
    while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at += 1;
    fields.push((field + text.slice(rest, at)).trim());
    if (text[at] === ",") {
      at += 1;
      continue;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
    return { fields, lines, end: at + 1 };
  }
}
