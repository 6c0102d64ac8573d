/** The page in English, put together: a file for each page. The shape of this object is the shape of every language. */
import { accounts } from "./en/accounts.ts";
import { audit } from "./en/audit.ts";
import { codes } from "./en/codes.ts";
import { history } from "./en/history.ts";
import { message } from "./en/message.ts";
import { messages } from "./en/messages.ts";
import { outbox } from "./en/outbox.ts";
import { overview } from "./en/overview.ts";
import { problems } from "./en/problems.ts";
import { restores } from "./en/restores.ts";
import { retention } from "./en/retention.ts";
import { rules } from "./en/rules.ts";
import { shell } from "./en/shell.ts";
import { signIn } from "./en/sign-in.ts";

export const en = {
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
