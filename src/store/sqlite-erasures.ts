/** The order to erase a user's texts: one row that is there as long as there is something to do. */
import { crashPoint } from "../crash-point.ts";
import type { SdkAppId } from "../domain/message.ts";
import type { EpochMs } from "../domain/time.ts";
import type { Erasure, ErasureStore } from "../ports/erasures.ts";
import type { Sqlite } from "./sqlite-open.ts";

const NAME = "erasure";

export function createSqliteErasures(db: Sqlite, sdkAppId: SdkAppId): ErasureStore {
  const insert = db.prepare("INSERT INTO fact (sdk_app_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const select = db
    .prepare<[number, string], string>("SELECT value FROM fact WHERE sdk_app_id = ? AND name = ?")
    .pluck();
  const note = db.prepare(
    "UPDATE fact SET value = json_set(value, '$.found', json(?)) WHERE sdk_app_id = ? AND name = ?",
  );
  const drop = db.prepare("DELETE FROM fact WHERE sdk_app_id = ? AND name = ?");
  return {
    async orderErasure(order) {
      const isNew = insert.run(sdkAppId, NAME, JSON.stringify(order)).changes === 1;
      if (isNew) crashPoint("erasure.ordered");
      return isNew;
    },
    async openErasure() {
      const value = select.get(sdkAppId, NAME);
      return value === undefined ? undefined : (JSON.parse(value) as Erasure);
    },
    async countedErasure(found) {
      note.run(JSON.stringify(found), sdkAppId, NAME);
    },
    async endErasure() {
      drop.run(sdkAppId, NAME);
    },
  };
}

/** Inside the transaction that empties the record of the last of it. */
export function noteErasureRecorded(db: Sqlite, sdkAppId: SdkAppId, at: EpochMs): void {
  db.prepare("UPDATE fact SET value = json_set(value, '$.recordedAt', ?) WHERE sdk_app_id = ? AND name = ?").run(
    at,
    sdkAppId,
    NAME,
  );
}
