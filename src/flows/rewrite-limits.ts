/**
 * Keeps a rule from rewriting more messages an hour than it says (`rewritesPerHour`): past that it only flags, so that a
 * slip in one rule does not rewrite every chat. Nothing is lost then: each message waits for a person.
 *
 * Counted in memory, by minutes of the monotonic clock, which nobody sets. After a restart, and in each of several
 * processes, counting starts at nothing: the limit is a fuse, not an account.
 */
import type { AuditEntry } from "../domain/audit.ts";
import type { Decision, RuleId } from "../domain/decision.ts";
import type { Clock } from "../domain/time.ts";
import type { Logger } from "../ports/logger.ts";
import type { OrderStore } from "../ports/store.ts";
import { nameOf } from "./intake.ts";

const MINUTE_MS = 60_000;
/** A whole hour and the minute that is under way: no sixty minutes on end hold more than the limit. */
const MINUTES_COUNTED = 61;
/** Told as being back only well below its limit: a rule that hovers there would be told about every minute. */
const BACK_SHARE = 0.5;

export interface RewriteLimits {
  /** The rules that have reached their limit, as of now. */
  flagOnly(): ReadonlySet<RuleId>;
  /** Counts a message that is to be rewritten, once for each rule that masks something in it. */
  count(decision: Decision): void;
  /** Takes back what `count` counted: the message was known already, or could not be recorded. */
  withdraw(decision: Decision): void;
}

export type RewriteLimitsParts = {
  /** Infinity where there is none; asked anew each time, because rules change. */
  readonly rewritesPerHour: (rule: RuleId) => number;
  readonly store: Pick<OrderStore, "auditOnly">;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly log: Logger;
};

type Minute = { readonly minute: number; rewrites: number };

export function createRewriteLimits(parts: RewriteLimitsParts): RewriteLimits {
  const { rewritesPerHour, store, clock, log } = parts;
  /** Rules with a limit that rewrote something within the hour, oldest minute first. */
  const minutesOf = new Map<RuleId, Minute[]>();
  const full = new Set<RuleId>();
  const told = new Set<RuleId>();

  const minuteNow = (): number => Math.floor(clock.monotonic() / MINUTE_MS);

  const rewritesWithin = (rule: RuleId): number => {
    const minutes = minutesOf.get(rule) ?? [];
    const first = minuteNow() - MINUTES_COUNTED + 1;
    while (minutes[0] !== undefined && minutes[0].minute < first) minutes.shift();
    if (minutes.length === 0) minutesOf.delete(rule);
    return minutes.reduce((sum, { rewrites }) => sum + rewrites, 0);
  };

  const audit = (rule: RuleId, state: "flags_only" | "rewrites_again", limit: number): void => {
    const detail = { rule, state, ...(Number.isFinite(limit) ? { rewritesPerHour: limit } : {}) };
    const entry: AuditEntry = { at: clock.now(), actor: "emend", act: "rule_limited", detail };
    store.auditOnly([entry]).catch((thrown: unknown) => {
      log.error({ rule, fault: nameOf(thrown) }, "The limit of a rule could not be written to the audit log.");
    });
  };

  const fill = (rule: RuleId, limit: number): void => {
    full.add(rule);
    if (told.has(rule)) return;
    told.add(rule);
    const sentence =
      "A rule has rewritten as many messages as it may within an hour; past that it only flags them for review. " +
      "Look at what it hit: mend the rule, or raise its rewritesPerHour.";
    log.error({ rule, rewritesPerHour: limit }, sentence);
    audit(rule, "flags_only", limit);
  };

  const release = (rule: RuleId): void => {
    const limit = rewritesPerHour(rule);
    const rewrites = rewritesWithin(rule);
    if (rewrites >= limit) return void full.add(rule);
    full.delete(rule);
    if (rewrites >= limit * BACK_SHARE) return;
    told.delete(rule);
    log.info({ rule }, "A rule is well below its limit of rewritten messages again.");
    audit(rule, "rewrites_again", limit);
  };

  return {
    flagOnly() {
      for (const rule of told) release(rule);
      return full;
    },
    count(decision) {
      for (const rule of maskingRules(decision)) {
        const limit = rewritesPerHour(rule);
        if (limit === Infinity) continue;
        const minute = minuteNow();
        const minutes = minutesOf.get(rule) ?? [];
        minutesOf.set(rule, minutes);
        const last = minutes.at(-1);
        if (last?.minute === minute) last.rewrites += 1;
        else minutes.push({ minute, rewrites: 1 });
        if (rewritesWithin(rule) >= limit) fill(rule, limit);
      }
    },
    withdraw(decision) {
      for (const rule of maskingRules(decision)) {
        const last = minutesOf.get(rule)?.findLast(({ rewrites }) => rewrites > 0);
        if (last) last.rewrites -= 1;
      }
    },
  };
}

const maskingRules = ({ findings }: Decision): ReadonlySet<RuleId> =>
  new Set(findings.filter(({ effect }) => effect === "mask").map(({ rule }) => rule));
