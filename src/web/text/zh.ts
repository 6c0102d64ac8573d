/** 中文界面。 Put together like the English one; each file has the shape of its English one. */
import type { Dictionary } from "./dictionary.ts";
import { accounts } from "./zh/accounts.ts";
import { audit } from "./zh/audit.ts";
import { codes } from "./zh/codes.ts";
import { history } from "./zh/history.ts";
import { message } from "./zh/message.ts";
import { messages } from "./zh/messages.ts";
import { outbox } from "./zh/outbox.ts";
import { overview } from "./zh/overview.ts";
import { problems } from "./zh/problems.ts";
import { restores } from "./zh/restores.ts";
import { retention } from "./zh/retention.ts";
import { rules } from "./zh/rules.ts";
import { shell } from "./zh/shell.ts";
import { signIn } from "./zh/sign-in.ts";

export const zh: Dictionary = {
  ...shell,
  ...signIn,
  ...messages,
  ...message,
  ...rules,
  ...outbox,
  ...overview,
  ...audit,
  ...restores,
  ...accounts,
  ...retention,
  ...codes,
  ...history,
  ...problems,
};
