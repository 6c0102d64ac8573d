/** Asks whose texts are to go, shows what there is, and has the id typed once more. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getJson, postJson } from "../../api/client.ts";
import type { ErasurePreview, Erasures, OpenErasure } from "../../api/retention.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { Empty, Failure, Loading } from "../../parts/standing.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { NotReached } from "./not-reached.tsx";

export function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const { retention: words } = useText();
  const announce = useAnnounce();
  const client = useQueryClient();
  const [user, setUser] = useState("");
  const [counted, setCounted] = useState<string>();
  const [confirm, setConfirm] = useState("");
  // Given up by the server too, when the dialog is closed: it may have a long record to look through.
  const preview = useQuery({
    queryKey: ["erasure", counted],
    queryFn: ({ signal }) => getJson<ErasurePreview>("/erasures/preview", { user: counted }, signal),
    enabled: counted !== undefined,
    gcTime: 0,
  });
  const erase = useMutation({
    mutationFn: () => postJson<OpenErasure>("/erasures", { user, confirm }),
    onSuccess(open) {
      client.setQueryData<Erasures>(["erasures"], (listed) => listed && { ...listed, open });
      announce(words.begun);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["erasures"] }),
  });
  const isCounted = counted !== undefined && preview.isSuccess;
  return (
    <Dialog
      title={words.erase}
      onClose={onClose}
      actions={
        isCounted && (
          <button type="submit" form="erase" className="danger" disabled={confirm !== user || erase.isPending}>
            {words.submit}
          </button>
        )
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setCounted(user);
        }}
      >
        <TextField
          label={words.user}
          hint={words.userHint}
          value={user}
          required
          maxLength={256}
          autoComplete="off"
          onChange={({ target }) => {
            setUser(target.value);
            setCounted(undefined);
            setConfirm("");
          }}
        />
        <div>
          <button type="submit" disabled={user === "" || preview.isFetching}>
            {words.count}
          </button>
        </div>
      </form>
      {counted !== undefined && preview.isPending && <Loading />}
      {preview.isError && <Failure fault={preview.error} onRetry={() => void preview.refetch()} />}
      {isCounted && (
        <form
          id="erase"
          onSubmit={(event) => {
            event.preventDefault();
            if (confirm === user) erase.mutate();
          }}
        >
          <Reached preview={preview.data} />
          <TextField
            label={words.confirm}
            hint={words.confirmHint}
            value={confirm}
            required
            autoComplete="off"
            onChange={({ target }) => setConfirm(target.value)}
          />
          {erase.isError && <Failure fault={erase.error} />}
        </form>
      )}
    </Dialog>
  );
}

const kinds = ["messages", "edits", "orders", "undecodable"] as const;

function Reached({ preview }: { readonly preview: ErasurePreview }) {
  const { retention: words } = useText();
  const spelling = useSpelling();
  const isTheirs = preview.messages + preview.edits + preview.orders > 0;
  return (
    <div role="status">
      {!isTheirs && <Empty what={words.nothing} next={words.nothingNext} />}
      <h3>{words.would}</h3>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            {named(words.reached, kind)}: {spelling.count(preview[kind])}
          </li>
        ))}
      </ul>
      <NotReached what={preview.notReached} />
    </div>
  );
}
