/** What somebody might break about who may use the console and what is written down about it, and the test that says so. */
import type { Sabotage } from "./saboteurs.ts";
import { edit } from "./saboteurs.ts";

const ROLES = "test/http/console-roles.test.ts";
const SESSION = "test/http/console-session.test.ts";
const SIGN_IN = "test/flows/sign-in.test.ts";
const STORE = "test/store/sqlite-store.test.ts";

export const consoleSaboteurs: readonly Sabotage[] = [
  {
    title: "takes a change from a browser without its header",
    edits: [edit("src/http/session.ts", "if (isRight) return;", "if (isRight || sent === undefined) return;")],
    check: { file: ROLES, title: "what another site's page asks for at POST /api/v1/accounts$", says: /csrf/ },
  },
  {
    title: "lets another page of the same machine read",
    edits: [edit("src/http/console-app.ts", '(method !== "GET" || least !== "anyone")', 'method !== "GET"')],
    check: { file: ROLES, title: "what another site's page asks for at GET /api/v1/messages$", says: /foreign-page/ },
  },
  {
    title: "believes every neighbour about where a request comes from",
    edits: [edit("src/http/session.ts", "hop === 0 && trusted.check(", "hop === 0 || trusted.check(")],
    check: { file: SESSION, title: "a neighbour on the same network", says: /./ },
  },
  {
    title: "answers sooner where a name does not exist",
    edits: [
      edit(
        "src/flows/sign-in.ts",
        "const right = await passwords.verify(known?.passwordHash, password);",
        "const right = known !== undefined && (await passwords.verify(known.passwordHash, password));",
      ),
    ],
    check: { file: SIGN_IN, title: "does the same work whoever is named", says: /./ },
  },
  {
    title: "looks at a password before it says that one has to wait",
    edits: [
      edit("src/flows/sign-in.ts", "if (until !== undefined) return { until };", ""),
      edit(
        "src/flows/sign-in.ts",
        'const entry = { at: clock.now(), actor: "emend", act: "sign_in_failed" } as const;',
        'if (until !== undefined) return { until }; const entry = { at: clock.now(), actor: "emend", act: "sign_in_failed" } as const;',
      ),
    ],
    check: { file: SIGN_IN, title: "counts tries that run side by side", says: /./ },
  },
  {
    title: "leaves the sessions of somebody who has lost a role",
    edits: [edit("src/store/sqlite-accounts.ts", "endSessions.run(id, kept);", "")],
    check: { file: STORE, title: "in memory.*lose their sessions with a new role", says: /./ },
  },
  {
    title: "leaves the second key of somebody who is gone",
    edits: [edit("src/http/routes-accounts.ts", "account: account.owner", "account: account.visit?.account.id")],
    check: { file: SESSION, title: "falls with the account behind it", says: /./ },
  },
  {
    title: "forgets texts without a word",
    edits: [
      edit("src/store/sqlite-keep.ts", 'appendAudit([{ at, actor: "emend", act: "purge"', 'void ([{ at, act: ""'),
    ],
    check: { file: STORE, title: "in memory.*drops bodies that no rule objected to by one age", says: /says so once/ },
  },
];
