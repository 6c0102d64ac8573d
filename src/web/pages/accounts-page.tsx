/** Who may come in and as what: people with their roles, and tokens for programs. For admins. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import type { Account, ApiToken } from "../../http/console-types/accounts.ts";
import { getJson, patchJson, postJson, remove } from "../api/client.ts";
import type { Role } from "../api/session.tsx";
import { usePerson } from "../api/session.tsx";
import { useAnnounce } from "../parts/announce.tsx";
import { Badge } from "../parts/badge.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Choose, choicesOf, TextField } from "../parts/field.tsx";
import { Moment } from "../parts/moment.tsx";
import { Page } from "../parts/page.tsx";
import { Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { named } from "../text/dictionary.ts";
import { useText } from "../text/language.tsx";

type Listed<Item> = { readonly items: readonly Item[] };

export function AccountsPage() {
  const text = useText();
  return (
    <Page heading={text.accounts.heading}>
      <People />
      <Tokens />
    </Page>
  );
}

/** Does something, says that it is done, and reads the list again. */
function useChange<Given>(act: (given: Given) => Promise<unknown>, list: string, said?: (given: Given) => string) {
  const client = useQueryClient();
  const announce = useAnnounce();
  return useMutation({
    mutationFn: act,
    onSuccess(_answer, given) {
      if (said !== undefined) announce(said(given));
    },
    onSettled: () => client.invalidateQueries({ queryKey: [list] }),
  });
}

function People() {
  const text = useText();
  const { accounts: words } = text;
  const self = usePerson();
  const [adding, setAdding] = useState(false);
  const [renewing, setRenewing] = useState<Account>();
  const list = useQuery({
    queryKey: ["accounts"],
    queryFn: ({ signal }) => getJson<Listed<Account>>("/accounts", {}, signal),
  });
  const change = useChange(
    ({ account, ...to }: { readonly account: Account; readonly role?: Role; readonly disabled?: boolean }) =>
      patchJson(`/accounts/${account.id}`, to),
    "accounts",
    ({ account }) => words.changed(account.name),
  );
  return (
    <section className="panel" aria-labelledby="people">
      <div className="page-head">
        <h2 id="people">{words.people}</h2>
        <button type="button" className="primary" onClick={() => setAdding(true)}>
          {words.add}
        </button>
      </div>
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {change.isError && <Failure fault={change.error} />}
      {list.isSuccess && (
        <Table
          caption={words.people}
          hideCaption
          head={[words.name, words.role, words.signsInBy, words.lastSignIn, words.state, ""]}
          rows={list.data.items.map((account) => ({
            key: account.id,
            cells: [
              <bdi>{account.name}</bdi>,
              <select
                aria-label={words.roleOf(account.name)}
                value={account.role}
                disabled={change.isPending || account.name === self.name}
                onChange={({ target }) => change.mutate({ account, role: target.value as Role })}
              >
                {choicesOf(text.roles).map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </select>,
              named(words.ways, account.signsInBy),
              account.lastSignInAt === null ? words.never : <Moment at={account.lastSignInAt} brief />,
              account.disabledAt === null ? (
                <Badge tone="good">{words.active}</Badge>
              ) : (
                <Badge tone="bad">{words.disabled}</Badge>
              ),
              <div className="row">
                <button
                  type="button"
                  className="small"
                  disabled={change.isPending || account.name === self.name}
                  onClick={() => change.mutate({ account, disabled: account.disabledAt === null })}
                >
                  {account.disabledAt === null ? words.disable : words.enable}
                </button>
                {account.signsInBy === "password" && account.name !== self.name && (
                  <button type="button" className="small" onClick={() => setRenewing(account)}>
                    {words.newPassword}
                  </button>
                )}
              </div>,
            ],
          }))}
        />
      )}
      {adding && <AddAccount onClose={() => setAdding(false)} />}
      {renewing !== undefined && <NewPassword account={renewing} onClose={() => setRenewing(undefined)} />}
    </section>
  );
}

const wordIn = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};
const sending = (send: (form: FormData) => void) => (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  send(new FormData(event.currentTarget));
};

function AddAccount({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { accounts: words } = text;
  const add = useChange(
    (account: { readonly name: string; readonly role: string; readonly password: string }) =>
      postJson("/accounts", account).then(onClose),
    "accounts",
    ({ name }) => words.added(name),
  );
  const send = (form: FormData): void =>
    add.mutate({ name: wordIn(form, "name"), role: wordIn(form, "role"), password: wordIn(form, "password") });
  return (
    <Dialog
      title={words.add}
      onClose={onClose}
      actions={
        <button type="submit" form="add-account" className="primary" disabled={add.isPending}>
          {words.add}
        </button>
      }
    >
      <form id="add-account" onSubmit={sending(send)}>
        {add.isError && <Failure fault={add.error} />}
        <TextField label={words.name} name="name" autoComplete="off" required />
        <Choose label={words.role} name="role" choices={choicesOf(text.roles)} />
        <TextField label={text.signIn.password} name="password" type="password" autoComplete="new-password" required />
      </form>
    </Dialog>
  );
}

function NewPassword({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const text = useText();
  const { accounts: words } = text;
  const set = useChange(
    (password: string) => postJson(`/accounts/${account.id}/password`, { password }).then(onClose),
    "accounts",
    () => words.changed(account.name),
  );
  return (
    <Dialog
      title={words.setPassword(account.name)}
      onClose={onClose}
      actions={
        <button type="submit" form="new-password" className="primary" disabled={set.isPending}>
          {text.common.save}
        </button>
      }
    >
      <form id="new-password" onSubmit={sending((form) => set.mutate(wordIn(form, "password")))}>
        {set.isError && <Failure fault={set.error} />}
        <input type="text" autoComplete="username" value={account.name} readOnly hidden />
        <TextField label={text.signIn.password} name="password" type="password" autoComplete="new-password" required />
      </form>
    </Dialog>
  );
}

function Tokens() {
  const text = useText();
  const { accounts: words } = text;
  const [adding, setAdding] = useState(false);
  const list = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => getJson<Listed<ApiToken>>("/tokens", {}, signal),
  });
  const revoke = useChange(
    ({ id }: ApiToken) => remove(`/tokens/${id}`),
    "tokens",
    ({ name }) => words.changed(name),
  );
  return (
    <section className="panel" aria-labelledby="tokens">
      <div className="page-head">
        <h2 id="tokens">{words.tokens}</h2>
        <button type="button" onClick={() => setAdding(true)}>
          {words.addToken}
        </button>
      </div>
      <p className="hint">{words.tokensLead}</p>
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {revoke.isError && <Failure fault={revoke.error} />}
      {list.isSuccess && list.data.items.length === 0 && <p>{words.noTokens}</p>}
      {list.isSuccess && list.data.items.length > 0 && (
        <Table
          caption={words.tokens}
          hideCaption
          head={[words.name, words.role, words.madeBy, words.lastUsed, ""]}
          rows={list.data.items.map((token) => ({
            key: token.id,
            cells: [
              token.name,
              named(text.roles, token.role),
              <bdi>{token.madeBy}</bdi>,
              token.lastUsedAt === null ? words.never : <Moment at={token.lastUsedAt} brief />,
              token.revokedAt === null ? (
                <button
                  type="button"
                  className="small danger"
                  disabled={revoke.isPending}
                  onClick={() => revoke.mutate(token)}
                >
                  {words.revoke}
                </button>
              ) : (
                <Badge>{words.revoked}</Badge>
              ),
            ],
          }))}
        />
      )}
      {adding && <AddToken onClose={() => setAdding(false)} />}
    </section>
  );
}

function AddToken({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { accounts: words, common } = text;
  const [token, show] = useState<string>();
  const [isCopied, setCopied] = useState(false);
  const add = useChange(
    (draft: { readonly name: string; readonly role: string }) =>
      postJson<{ readonly token: string }>("/tokens", draft).then((made) => show(made.token)),
    "tokens",
  );
  const send = (form: FormData): void => add.mutate({ name: wordIn(form, "name"), role: wordIn(form, "role") });
  return (
    <Dialog
      title={words.addToken}
      onClose={onClose}
      actions={
        token === undefined && (
          <button type="submit" form="add-token" className="primary" disabled={add.isPending}>
            {words.addToken}
          </button>
        )
      }
    >
      {token === undefined ? (
        <form id="add-token" onSubmit={sending(send)}>
          {add.isError && <Failure fault={add.error} />}
          <TextField label={words.name} name="name" autoComplete="off" required maxLength={64} />
          <Choose label={words.role} name="role" choices={choicesOf(text.roles)} />
        </form>
      ) : (
        <>
          <p className="notice">{words.tokenOnce}</p>
          <TextField label={words.token} value={token} readOnly onFocus={({ target }) => target.select()} />
          {/* Browsers have no clipboard for pages that came over the network without encryption. */}
          {isSecureContext && (
            <div aria-live="polite">
              <button
                type="button"
                onClick={() => void navigator.clipboard.writeText(token).then(() => setCopied(true))}
              >
                {isCopied ? common.copied : common.copy}
              </button>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}
