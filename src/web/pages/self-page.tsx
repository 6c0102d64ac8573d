/** One's own sessions and password. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { OwnSession } from "../../http/console-types/session.ts";
import { getJson, keepCsrf, postJson, remove } from "../api/client.ts";
import { usePerson } from "../api/session.tsx";
import { useAnnounce } from "../parts/announce.tsx";
import { Badge } from "../parts/badge.tsx";
import { TextField } from "../parts/field.tsx";
import { Moment } from "../parts/moment.tsx";
import { Page } from "../parts/page.tsx";
import { Failure, Loading } from "../parts/standing.tsx";
import { Table } from "../parts/table.tsx";
import { Settings } from "../shell/settings.tsx";
import { deviceName } from "../text/device.ts";
import { useText } from "../text/language.tsx";

export function SelfPage() {
  const text = useText();
  const { signsInBy } = usePerson();
  return (
    <Page heading={text.self.heading}>
      <section className="panel" aria-labelledby="looks">
        <h2 id="looks">{text.self.looks}</h2>
        <Settings />
      </section>
      {signsInBy !== "token" && <Sessions />}
      {signsInBy === "password" && <Password />}
    </Page>
  );
}

function Sessions() {
  const { self } = useText();
  const announce = useAnnounce();
  const client = useQueryClient();
  const list = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => getJson<{ readonly items: readonly OwnSession[] }>("/sessions", {}, signal),
  });
  const end = useMutation({
    mutationFn: (id: number) => remove(`/sessions/${id}`),
    onSuccess: () => announce(self.ended),
    onSettled: () => client.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <section className="panel">
      {list.isPending && <Loading />}
      {list.isError && <Failure fault={list.error} onRetry={() => void list.refetch()} />}
      {end.isError && <Failure fault={end.error} />}
      {list.isSuccess && (
        <Table
          caption={self.sessions}
          head={[self.device, self.address, self.signedIn, self.lastSeen, ""]}
          rows={list.data.items.map(({ id, device, address, signedInAt, lastSeenAt, current }) => ({
            key: id,
            cells: [
              <bdi title={device}>{deviceName(device)}</bdi>,
              address,
              <Moment at={signedInAt} brief />,
              <Moment at={lastSeenAt} brief />,
              current ? (
                <Badge tone="accent">{self.thisOne}</Badge>
              ) : (
                <button type="button" className="small" disabled={end.isPending} onClick={() => end.mutate(id)}>
                  {self.end}
                </button>
              ),
            ],
          }))}
        />
      )}
    </section>
  );
}

function Password() {
  const text = useText();
  const { name } = usePerson();
  const announce = useAnnounce();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (passwords: { readonly current: string; readonly next: string }) =>
      postJson<{ readonly csrf: string }>("/session/password", passwords),
    onSuccess({ csrf }) {
      keepCsrf(csrf);
      announce(text.self.changed);
      form.current?.reset();
    },
  });
  return (
    <section className="panel" aria-labelledby="password">
      <h2 id="password">{text.self.password}</h2>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          const said = new FormData(event.currentTarget);
          const [current, next] = [said.get("current"), said.get("next")];
          if (typeof current === "string" && typeof next === "string") change.mutate({ current, next });
        }}
      >
        {change.isError && <Failure fault={change.error} />}
        <input type="text" autoComplete="username" value={name} readOnly hidden />
        <TextField
          {...{ label: text.self.current, name: "current", type: "password", autoComplete: "current-password" }}
          required
        />
        <TextField
          {...{ label: text.self.next, name: "next", type: "password", autoComplete: "new-password" }}
          required
        />
        <div>
          <button type="submit" className="primary" disabled={change.isPending}>
            {text.self.password}
          </button>
        </div>
      </form>
    </section>
  );
}
