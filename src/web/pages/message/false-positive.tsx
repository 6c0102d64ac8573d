/**
 * A false positive, put right in one go: the verdict, this message, the rule's file with a test, and the other messages
 * that were masked for the same words. Each step says how it went; one that fails does not undo those before it.
 */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { postJson } from "../../api/client.ts";
import type { Allowed } from "../../api/desk.ts";
import { reaches, usePerson } from "../../api/session.tsx";
import type { MessageDetail } from "../../api/shapes.ts";
import { useAnnounce } from "../../parts/announce.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField, Tick } from "../../parts/field.tsx";
import { Failure } from "../../parts/standing.tsx";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { useReadAgain } from "./acts.tsx";
import { AllowFailure, AllowPhrase, rulesOf, Siblings, useAllowDraft } from "./allow-phrase.tsx";

type Step = "verdict" | "restore" | "allow";
type Went = { readonly step: Step; readonly fault: unknown };

type FalsePositiveProps = {
  readonly message: MessageDetail;
  readonly mayRestore: boolean;
  readonly onClose: () => void;
};

export function FalsePositive({ message, mayRestore, onClose }: FalsePositiveProps) {
  const text = useText();
  const { falsePositive } = text;
  const announce = useAnnounce();
  const again = useReadAgain(message.id);
  const { role } = usePerson();
  const mayWrite = reaches(role, "admin");
  const [note, setNote] = useState("");
  const [wantsRestore, setRestores] = useState(true);
  const restores = mayRestore && wantsRestore;
  const [allows, setAllows] = useState(false);
  const draft = useAllowDraft(message, allows);
  const [went, setWent] = useState<readonly Went[]>();

  const act = useMutation({
    async mutationFn(): Promise<Allowed | undefined> {
      const done: Went[] = [];
      let allowed: Allowed | undefined;
      const path = `/messages/${message.id}`;
      const steps: readonly (readonly [Step, boolean, () => Promise<unknown>])[] = [
        ["verdict", true, () => postJson(`${path}/verdict`, { verdict: "false_positive", note })],
        ["restore", restores, () => postJson(`${path}/restore`)],
        ["allow", allows && mayWrite, async () => (allowed = await draft.write())],
      ];
      for (const [step, wanted, run] of steps) {
        if (!wanted) continue;
        const fault = await run().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        done.push({ step, fault });
      }
      setWent(done);
      return allowed;
    },
    onSuccess() {
      announce(text.acts.markedFalse);
      again();
    },
  });
  return (
    <Dialog
      title={falsePositive.heading}
      onClose={onClose}
      wide={allows}
      actions={
        went === undefined && (
          <button
            type="button"
            className="primary"
            // What is written has been seen first.
            disabled={act.isPending || (allows && mayWrite && draft.shown === undefined)}
            onClick={() => act.mutate()}
          >
            {falsePositive.submit}
          </button>
        )
      }
    >
      {went !== undefined ? (
        <Outcome went={went} allowed={act.data} />
      ) : (
        <>
          <p>{falsePositive.lead}</p>
          {mayRestore && (
            <Tick
              label={falsePositive.restoreThis}
              checked={restores}
              onChange={({ target }) => setRestores(target.checked)}
            />
          )}
          {rulesOf(message).length > 0 && (
            <Tick
              label={mayWrite ? falsePositive.allow : falsePositive.allowDraft}
              hint={mayWrite ? falsePositive.allowHint : falsePositive.allowDraftHint}
              checked={allows}
              onChange={({ target }) => setAllows(target.checked)}
            />
          )}
          {allows && <AllowPhrase draft={draft} rules={rulesOf(message)} mayWrite={mayWrite} />}
          <TextField
            label={`${falsePositive.note} (${text.common.optional})`}
            value={note}
            maxLength={2_000}
            onChange={({ target }) => setNote(target.value)}
          />
        </>
      )}
    </Dialog>
  );
}

function Outcome({ went, allowed }: { readonly went: readonly Went[]; readonly allowed: Allowed | undefined }) {
  const { falsePositive } = useText();
  return (
    <>
      <ul className="steps" role="status">
        {went.map(({ step, fault }) => (
          <li key={step}>
            {named(falsePositive.steps, step)}{" "}
            <Badge tone={fault === undefined ? "good" : "bad"}>
              {fault === undefined ? falsePositive.done : falsePositive.failed}
            </Badge>
            {fault !== undefined && (step === "allow" ? <AllowFailure fault={fault} /> : <Failure fault={fault} />)}
            {step === "allow" && allowed !== undefined && <code className="hint">{allowed.file}</code>}
          </li>
        ))}
      </ul>
      {allowed !== undefined && <Siblings siblings={allowed.siblings} />}
    </>
  );
}
