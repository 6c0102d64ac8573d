/** The headings under which the API's description lists its routes. */
export const tags = {
  Description: "What the API is.",
  Session: "Signing in and out, one's own sessions and password.",
  Accounts: "People who use the console, and their roles.",
  "API tokens": "Bearer tokens for programs.",
  Messages: "What was said, what was found in it, and what became of it.",
  Rules: "The live rules, and what they would say.",
  Outbox: "What is to be sent to Tencent, and what was given up.",
  Statistics: "Counts over time.",
  Audit: "Who did what, and when.",
  Retention: "How long texts are kept, and the erasure of one user's texts.",
  Events: "What happens, as it happens.",
} as const;

export type Tag = keyof typeof tags;
