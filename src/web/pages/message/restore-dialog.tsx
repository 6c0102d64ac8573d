/** Restore: what will stand there again, and, where somebody was quicker, all three versions side by side. */
import { useMutation } from "@tanstack/react-query";
import { postJson, problemOf } from "../../api/client.ts";
import type { Elements, MessageDetail } from "../../api/shapes.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { Bubble } from "../../parts/bubble.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Failure } from "../../parts/standing.tsx";
import { useText } from "../../text/language.tsx";
import { useReadAgain } from "./acts.tsx";
import { newestOf } from "./versions.ts";

type RestoreProps = {
  readonly message: MessageDetail;
  /** Older than what Tencent usually keeps. */
  readonly isOld: boolean;
  readonly onClose: () => void;
};

export function RestoreDialog({ message, isOld, onClose }: RestoreProps) {
  const text = useText();
  const announce = useAnnounce();
  const again = useReadAgain(message.id);
  const restore = useMutation({
    mutationFn: () => postJson(`/messages/${message.id}/restore`),
    onSuccess() {
      announce(text.restore.done);
      again();
      onClose();
    },
    onError: again,
  });
  const words = newestOf(message).elements;
  return (
    <Dialog
      title={text.restore.heading}
      onClose={onClose}
      wide={restore.isError}
      actions={
        <button
          type="button"
          className="primary"
          disabled={restore.isPending || problemOf(restore.error).status === 409}
          onClick={() => restore.mutate()}
        >
          {text.restore.submit}
        </button>
      }
    >
      <p>{text.restore.lead}</p>
      {isOld && <p className="notice">{text.restore.old}</p>}
      {restore.isError ? <Conflict fault={restore.error} /> : words !== null && <Bubble elements={words} />}
    </Dialog>
  );
}

type Version = { readonly elements: Elements } | null;
type ThreeWay = { readonly original: Version; readonly ours: Version; readonly theirs: Version };

export function Conflict({ fault }: { readonly fault: unknown }) {
  const text = useText();
  const problem = problemOf(fault);
  const view = problem["view"] as ThreeWay | undefined;
  const sides = [
    [text.restore.original, view?.original],
    [text.restore.ours, view?.ours],
    [problem.code === "recalled" ? text.restore.recalled : text.restore.theirs, view?.theirs],
  ] as const;
  return (
    <>
      <Failure fault={fault} />
      {view !== undefined && (
        <section className="three" aria-label={text.restore.conflict}>
          {sides.map(([heading, version]) => (
            <div key={heading} className="bubble-side">
              <h3>{heading}</h3>
              {version ? <Bubble elements={version.elements} /> : <p className="hint">{text.common.none}</p>}
            </div>
          ))}
        </section>
      )}
    </>
  );
}
