import type { ReactNode } from "react";

export type Tone = "plain" | "good" | "bad" | "warn" | "accent";

/** A word about a state. The colour only repeats what the word says. */
export const Badge = ({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ReactNode }) => (
  <span className={`badge ${tone}`}>{children}</span>
);

const stateTones: Readonly<Record<string, Tone>> = {
  pending: "accent",
  claimed: "accent",
  applied: "good",
  refused: "warn",
  given_up: "bad",
};
export const toneOfState = (state: string): Tone => stateTones[state] ?? "plain";

const decisionTones: Readonly<Record<string, Tone>> = { rewrite: "warn", review: "accent", failed: "bad" };
export const toneOfDecision = (decision: string): Tone => decisionTones[decision] ?? "plain";
