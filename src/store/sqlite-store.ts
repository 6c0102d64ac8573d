/** The store over SQLite: opens, brings the schema up to date, and puts the parts together. */
import type { SdkAppId } from "../domain/message.ts";
import type { Secret } from "../domain/secret.ts";
import type { AccountStore } from "../ports/accounts.ts";
import type { ConsoleWrites } from "../ports/console.ts";
import type { DeskStore } from "../ports/desk.ts";
import type { ErasureStore } from "../ports/erasures.ts";
import type { GapStore } from "../ports/history.ts";
import type { Store } from "../ports/store.ts";
import { auditKey, createAuditAppender } from "./audit-chain.ts";
import { migrate } from "./migrate.ts";
import { createSqliteAccounts } from "./sqlite-accounts.ts";
import { createSqliteTokens, createTokenRevoker } from "./sqlite-api-tokens.ts";
import type { PayloadData } from "./sqlite-desk.ts";
import { createSqliteDesk } from "./sqlite-desk.ts";
import { createSqliteEdits } from "./sqlite-edits.ts";
import { createSqliteErasures } from "./sqlite-erasures.ts";
import { createSqliteGaps } from "./sqlite-gaps.ts";
import { createSqliteIntake } from "./sqlite-intake.ts";
import { createSqliteRetention, createSqliteRules } from "./sqlite-keep.ts";
import type { Sqlite } from "./sqlite-open.ts";
import { damaged, isDamage, openSqlite, refuseDamage } from "./sqlite-open.ts";
import { createOrderDesk } from "./sqlite-order-desk.ts";
import { createSqliteOrders } from "./sqlite-orders.ts";
import { createSqliteReviews } from "./sqlite-reviews.ts";
import { createSqliteSessions, createSqliteTries } from "./sqlite-sessions.ts";
import { createSightings } from "./sqlite-sightings.ts";

export type SqliteStoreSettings = {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly sdkAppId: SdkAppId;
  /** Of the audit log's chain; undefined: the one beside the database, made at first start. */
  readonly auditKey: Secret | undefined;
  /** Whether bodies that no rule objected to are kept at all. */
  readonly keepPassedBodies: boolean;
};

/**
 * How long a statement waits for another process's lock once callbacks come in. SQLite waits on our only thread, so this
 * is also how long everybody else waits; a commit takes a few milliseconds. Past it the callback is answered with 503.
 */
const BUSY_TIMEOUT_MS = 250;

export interface SqliteStore extends Store, GapStore, AccountStore, ConsoleWrites, ErasureStore {
  readonly db: Sqlite;
  /** What people decide about a message. Payloads are in Tencent's spelling, which whoever asks for the desk can read. */
  desk(payloadData: PayloadData): DeskStore;
}

/** @throws OperatorError when the file cannot be opened or its schema is not one that this program knows */
export function createSqliteStore(settings: SqliteStoreSettings): SqliteStore {
  const db = openSqlite(settings.path);
  try {
    refuseDamage(db, settings.path);
    migrate(db);
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const { sdkAppId } = settings;
    const key = auditKey(settings.auditKey, settings.path);
    const appendAudit = createAuditAppender(db, sdkAppId, key);
    const probe = db.prepare(
      `INSERT INTO fact (sdk_app_id, name, value) VALUES (?, 'written_at', ?)
       ON CONFLICT (sdk_app_id, name) DO UPDATE SET value = excluded.value`,
    );
    const head = db.prepare<[], { seal: Buffer }>("SELECT seal FROM audit ORDER BY id DESC LIMIT 1");
    return {
      db,
      ...createSqliteIntake(db, sdkAppId, appendAudit, settings, createSightings(db, sdkAppId, appendAudit)),
      ...createSqliteGaps(db, sdkAppId, appendAudit),
      ...createSqliteEdits(db, sdkAppId, appendAudit, settings),
      ...createSqliteOrders(db, sdkAppId, appendAudit),
      ...createSqliteRules(db, sdkAppId),
      ...createSqliteRetention(db, sdkAppId, appendAudit),
      ...createSqliteErasures(db, sdkAppId),
      ...createSqliteAccounts(db, sdkAppId, appendAudit, createTokenRevoker(db, sdkAppId)),
      ...createSqliteSessions(db, sdkAppId, appendAudit),
      ...createSqliteTokens(db, sdkAppId, appendAudit),
      ...createSqliteTries(db, sdkAppId),
      ...createSqliteReviews(db, sdkAppId, appendAudit, createOrderDesk(db, sdkAppId, key)),
      desk: (payloadData) => createSqliteDesk(db, sdkAppId, appendAudit, payloadData),
      async auditHead() {
        return head.get()?.seal.toString("hex") ?? "";
      },
      async checkWritable(now) {
        probe.run(sdkAppId, String(now));
      },
      [Symbol.dispose]() {
        db.close();
      },
    };
  } catch (thrown) {
    db.close();
    throw isDamage(thrown) ? damaged(settings.path, thrown.message) : thrown;
  }
}
