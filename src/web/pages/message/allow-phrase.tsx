/**
 * An allow phrase for the file of a rule. The change is shown before anything is written, and again with every letter that
 * is typed; what is written is exactly what was shown, or nothing where the file was changed meanwhile.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { ApiProblem, postJson, problemOf } from "../../api/client.ts";
import type { Allowed } from "../../api/desk.ts";
import type { Finding, MessageDetail } from "../../api/shapes.ts";
import { Choose, TextField } from "../../parts/field.tsx";
import { Patch } from "../../parts/patch.tsx";
import { Failure, Loading } from "../../parts/standing.tsx";
import { useSpelling } from "../../text/dates.ts";
import { useText } from "../../text/language.tsx";
import { phraseAround } from "../../text/phrase.ts";
import { textOf } from "./findings.tsx";
import { newestOf } from "./versions.ts";

/** Longer than between two keys: each preview compiles the rules and runs their tests. */
const TYPING_MS = 500;
/** More are a case for the page of bulk restores. */
const SIBLINGS_MAX = 1_000;

export type AllowDraft = {
  readonly rule: string;
  readonly phrase: string;
  /** The change as it would be written; undefined: there is none, or none yet. */
  readonly shown: Allowed | undefined;
  readonly isLooking: boolean;
  readonly fault: Error | null;
  chooseRule(rule: string): void;
  choosePhrase(phrase: string): void;
  write(): Promise<Allowed>;
};

/** What the rules cover in the newest words: it is those that a phrase is to let pass. */
const masksOf = (message: MessageDetail): readonly Finding[] =>
  newestOf(message).findings.filter(({ effect }) => effect === "mask");
export const rulesOf = (message: MessageDetail): readonly string[] => [
  ...new Set(masksOf(message).map(({ rule }) => rule)),
];

export function useAllowDraft(message: MessageDetail, isWanted: boolean): AllowDraft {
  const client = useQueryClient();
  const [rule, setRule] = useState(rulesOf(message)[0] ?? "");
  const [phrase, setPhrase] = useState(() => suggestion(message, rule));
  const [settled, settle] = useState({ rule, phrase });
  useEffect(() => {
    const timer = setTimeout(() => settle({ rule, phrase }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [rule, phrase]);
  const allow = (more: object) =>
    postJson<Allowed>(`/messages/${message.id}/allow`, { rule, phrase: phrase.trim(), ...more });
  const queryKey = ["allow", message.id, settled.rule, settled.phrase.trim()] as const;
  const isSettled = settled.rule === rule && settled.phrase === phrase;
  const preview = useQuery({
    queryKey,
    queryFn: () => allow({ dryRun: true }),
    enabled: isWanted && isSettled && phrase.trim() !== "",
    // The file may be another one by the time that the dialog is opened again.
    ...{ gcTime: 0, staleTime: Infinity },
  });
  const shown = isSettled && phrase.trim() !== "" ? preview.data : undefined;
  return {
    ...{ rule, phrase, shown },
    isLooking: preview.isFetching || (isWanted && !isSettled),
    fault: isSettled ? preview.error : null,
    chooseRule(next) {
      setRule(next);
      setPhrase(suggestion(message, next));
    },
    choosePhrase: setPhrase,
    async write() {
      const written = await allow({ dryRun: false, base: shown?.base });
      void client.invalidateQueries({ queryKey: ["rules"] });
      return written;
    },
  };
}

/** Around the words that were hit first. */
function suggestion(message: MessageDetail, rule: string): string {
  const hits = masksOf(message).filter((finding) => finding.rule === rule);
  const [first] = hits;
  const text = first && textOf(message, first);
  if (first === undefined || text === undefined) return "";
  const together = hits.filter(({ place }) => place.element === first.place.element);
  return phraseAround(
    text,
    together.flatMap(({ start, end }) => (start === null || end === null ? [] : [{ start, end }])),
  );
}

type AllowPhraseProps = {
  readonly draft: AllowDraft;
  readonly rules: readonly string[];
  /** Otherwise the new file is there to be given to somebody who may. */
  readonly mayWrite: boolean;
};

export function AllowPhrase({ draft, rules, mayWrite }: AllowPhraseProps) {
  const { falsePositive } = useText();
  const spelling = useSpelling();
  const { shown } = draft;
  return (
    <div className="panel">
      {rules.length > 1 && (
        <Choose
          label={falsePositive.rule}
          choices={rules.map((value) => ({ value, label: value }))}
          value={draft.rule}
          onChange={({ target }) => draft.chooseRule(target.value)}
        />
      )}
      <TextField
        label={falsePositive.phrase}
        hint={falsePositive.phraseHint}
        value={draft.phrase}
        maxLength={200}
        onChange={({ target }) => draft.choosePhrase(target.value)}
      />
      <div aria-live="polite">
        {draft.isLooking && <Loading />}
        {draft.fault !== null && <AllowFailure fault={draft.fault} />}
        {shown !== undefined && (
          <>
            <p>
              {falsePositive.file} <code>{shown.file}</code>
            </p>
            <Patch label={falsePositive.file} diff={shown.diff} />
            {shown.warnings.map((warning) => (
              <p key={warning} className="hint">
                {warning}
              </p>
            ))}
            <p className="hint">{falsePositive.siblings(spelling.count(shown.siblings.sameWords))}</p>
            {!mayWrite && <Download file={shown.file} text={shown.text} />}
          </>
        )}
      </div>
    </div>
  );
}

const Download = ({ file, text }: { readonly file: string; readonly text: string }) => {
  const { falsePositive } = useText();
  return (
    <a
      className="button"
      download={file.split("/").at(-1)}
      href={`data:text/yaml;charset=utf-8,${encodeURIComponent(text.toWellFormed())}`}
    >
      {falsePositive.download}
    </a>
  );
};

/** Where the folder cannot be written, the new file is there to be put into it by hand. */
export function AllowFailure({ fault }: { readonly fault: unknown }) {
  const problem = problemOf(fault);
  const { file, text, diff, lines } = problem;
  const { falsePositive } = useText();
  return (
    <>
      {/* Elsewhere "changed" is about the message. */}
      <Failure fault={new ApiProblem(problem.code === "changed" ? { ...problem, code: "file-changed" } : problem)} />
      {Array.isArray(lines) && lines.length > 0 && <pre tabIndex={0}>{lines.map(String).join("\n")}</pre>}
      {typeof diff === "string" && <Patch label={falsePositive.file} diff={diff} />}
      {typeof file === "string" && typeof text === "string" && <Download file={file} text={text} />}
    </>
  );
}

/** Other messages that the rule masked for the same words and would leave alone now. */
export function Siblings({ siblings: { sameWords, restorable } }: Pick<Allowed, "siblings">) {
  const { falsePositive, nav } = useText();
  const spelling = useSpelling();
  const messages = restorable.slice(0, SIBLINGS_MAX);
  const restore = useMutation({ mutationFn: () => postJson("/restores", { messages }) });
  if (sameWords === 0) return null;
  const count = spelling.count(messages.length);
  return (
    <div className="panel">
      <p>{falsePositive.siblings(spelling.count(sameWords))}</p>
      {messages.length === 0 && <p className="hint">{falsePositive.noneRestorable}</p>}
      {messages.length > 0 && !restore.isSuccess && (
        <div>
          <button type="button" className="primary" disabled={restore.isPending} onClick={() => restore.mutate()}>
            {falsePositive.restoreSiblings(count)}
          </button>
        </div>
      )}
      {restore.isSuccess && (
        <p role="status">
          {falsePositive.siblingsOrdered(count)} <Link to="/restores">{nav.restores}</Link>
        </p>
      )}
      {restore.isError && <Failure fault={restore.error} />}
    </div>
  );
}
