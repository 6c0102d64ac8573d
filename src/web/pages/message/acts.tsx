/** What a reviewer can do about a message, each by a button and a key. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { getJson, postJson } from "../../api/client.ts";
import { messageKey } from "../../api/messages.ts";
import type { MessageDetail, Modification, Restorable } from "../../api/shapes.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { useShortcuts } from "../../parts/keys.ts";
import { Failure } from "../../parts/standing.tsx";
import { useText } from "../../text/language.tsx";
import { FalsePositive } from "./false-positive.tsx";
import { MaskByHand } from "./mask-by-hand.tsx";
import { RestoreDialog } from "./restore-dialog.tsx";

export type Doing = "restore" | "mask" | "false-positive";

export function Acts({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const announce = useAnnounce();
  const again = useReadAgain(message.id);
  const [doing, start] = useState<Doing>();
  const confirm = useMutation({
    mutationFn: () => postJson(`/messages/${message.id}/verdict`, { verdict: "confirmed" }),
    onSuccess() {
      announce(text.acts.confirmed);
      again();
    },
  });
  // What the record knows beforehand is said before the click. Where it cannot be asked, the click finds out.
  const restorable = useQuery({
    queryKey: ["restorable", String(message.id), message.history.length],
    queryFn: ({ signal }) => getJson<Restorable>(`/messages/${message.id}/restore`, {}, signal),
  });
  const known = restorable.data;
  const hasMask = message.modifications.findLast(mayStand)?.action === "mask";
  const mayRestore = hasMask && (known?.may === true || restorable.isError);
  const acts = {
    confirm: () => confirm.mutate(),
    falsePositive: () => start("false-positive"),
    restore: mayRestore ? () => start("restore") : undefined,
    mask: message.unmodifiable === null && !message.recalled ? () => start("mask") : undefined,
  };
  useShortcuts({ c: acts.confirm, f: acts.falsePositive, r: acts.restore, m: acts.mask });
  const close = (): void => start(undefined);
  return (
    <>
      <div className="message-acts" role="group" aria-label={text.acts.label}>
        <Act letter="c" act={acts.confirm} isBusy={confirm.isPending}>
          {text.acts.confirm}
        </Act>
        <Act letter="f" act={acts.falsePositive}>
          {text.acts.falsePositive}
        </Act>
        <Act letter="r" act={acts.restore}>
          {text.acts.restore}
        </Act>
        <Act letter="m" act={acts.mask}>
          {text.acts.mask}
        </Act>
      </div>
      {hasMask && known?.may === false && known.detail !== null && (
        <p className="hint">
          {text.acts.restore}: {text.problems[known.code ?? ""] ?? known.detail}
        </p>
      )}
      {confirm.isError && <Failure fault={confirm.error} />}
      {doing === "restore" && <RestoreDialog message={message} isOld={known?.code === "message-old"} onClose={close} />}
      {doing === "mask" && <MaskByHand message={message} onClose={close} />}
      {doing === "false-positive" && <FalsePositive message={message} mayRestore={mayRestore} onClose={close} />}
    </>
  );
}

/** Whether an order may be what clients see: it was carried out, or will be, or nobody knows. */
const mayStand = ({ action, state }: Modification): boolean =>
  action === "mask"
    ? state !== "refused" && state !== "cancelled"
    : action === "restore" && (state === "applied" || state === "pending" || state === "claimed");

type ActProps = {
  readonly letter: string;
  readonly act: (() => void) | undefined;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
};
const Act = ({ letter, act, isBusy = false, children }: ActProps) => (
  <button type="button" disabled={act === undefined || isBusy} aria-keyshortcuts={letter} onClick={act}>
    {children} <kbd aria-hidden="true">{letter}</kbd>
  </button>
);

/** After something was done to a message. */
export function useReadAgain(id: number): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: messageKey(id) });
}
