/** A program for tests: waits for its standard input to end, then brings a database up to date and prints the steps taken. */
import { migrate } from "../../src/store/migrate.ts";
import { openSqlite } from "../../src/store/sqlite-open.ts";

process.stderr.write("ready\n");
process.stdin.resume().once("end", () => {
  const db = openSqlite(process.argv[2] ?? "");
  process.stdout.write(`${migrate(db).length}\n`);
  db.close();
});
