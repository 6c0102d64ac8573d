import type { Sqlite } from "../../src/store/sqlite-open.ts";

/**
 * A picture of tables: each row as one line, its columns in the order that was asked for and sorted by the first.
 *
 *     dumpState(db, { modification: "id state attempts" })  →  { modification: ["o1 applied 1", "o2 pending 0"] }
 */
export function dumpState<Table extends string>(
  db: Sqlite,
  columns: Readonly<Record<Table, string>>,
): Record<Table, readonly string[]> {
  const picture: Partial<Record<Table, readonly string[]>> = {};
  for (const table of Object.keys(columns) as Table[]) {
    const names = columns[table].split(" ").map((name) => `"${name}"`);
    const rows = db
      .prepare<[], readonly Value[]>(`SELECT ${names.join(", ")} FROM "${table}" ORDER BY 1`)
      .raw()
      .all();
    picture[table] = rows.map((row) => row.map(spelled).join(" "));
  }
  return picture as Record<Table, readonly string[]>;
}

type Value = string | number | Buffer | null;

const spelled = (value: Value): string => (value === null ? "-" : value.toString());

export function countOf(db: Sqlite, table: string, where = "true"): number {
  const counted = db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${table}" WHERE ${where}`).get();
  return counted?.n ?? 0;
}
