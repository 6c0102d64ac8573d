/** Which rule objected to what, exactly where, and how the rules read the text. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { postJson } from "../../api/client.ts";
import { reaches, usePerson } from "../../api/session.tsx";
import type { Tried } from "../../api/rules.ts";
import type { Finding, MessageDetail } from "../../api/shapes.ts";
import { Failure, Loading } from "../../parts/standing.tsx";
import { Table } from "../../parts/table.tsx";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { Explanation } from "../rules/explanation.tsx";

export function Findings({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { finding: words } = text.message;
  const { findings, revision } = message;
  return (
    <section className="panel" aria-labelledby="findings">
      <h2 id="findings">{text.message.findings}</h2>
      {findings.length === 0 ? (
        <p className="hint">{text.message.noFindings}</p>
      ) : (
        <Table
          caption={text.message.findings}
          hideCaption
          head={[words.rule, words.what, words.where, words.effect, words.severity, words.category]}
          rows={findings.map((finding, key) => ({
            key,
            cells: [
              <Link to={`/messages?rule=${encodeURIComponent(finding.rule)}`}>
                <code>{finding.rule}</code>
              </Link>,
              <bdi>{excerptOf(message, finding) ?? "***"}</bdi>,
              <Where finding={finding} />,
              named(text.effects, finding.effect),
              named(text.severities, finding.severity),
              finding.category,
            ],
          }))}
        />
      )}
      {revision !== null && (
        <p className="hint">
          {words.revision} <code>{revision}</code>
        </p>
      )}
      <Explain message={message} />
    </section>
  );
}

function Where({ finding: { place, start, end, edit } }: { readonly finding: Finding }) {
  const { message } = useText();
  const span = start === null || end === null ? message.finding.hiddenSpan : `${start}–${end}`;
  return (
    <>
      {message.finding.element(String(place.element + 1))}, {named(message.parts, place.part)}, {span}
      {edit !== null && ` (${message.finding.inEdit(String(edit))})`}
    </>
  );
}

/** The text that a finding lies in; undefined where there is none to be shown, or it stands in an app's own JSON. */
export function textOf({ elements, edits }: MessageDetail, { place, edit }: Finding): string | undefined {
  const of = edit === null ? elements : edits.find(({ id }) => id === edit)?.elements;
  const texts = of?.[place.element]?.texts;
  const index = typeof place["index"] === "number" ? place["index"] : undefined;
  const text = (index === undefined ? texts?.find(({ part }) => part === place.part) : texts?.[index])?.text;
  return place.part === "data" || place.part === "extension" ? undefined : text;
}

/** The very words; undefined where they are hidden. */
function excerptOf(message: MessageDetail, finding: Finding): string | undefined {
  const { start, end } = finding;
  return start === null || end === null ? undefined : textOf(message, finding)?.slice(start, end);
}

/** Longer texts are not judged between callbacks. */
const TRY_UNITS_MAX = 2_000;

/** Asked for on a click: the message's text goes to the rules once more, and nothing is kept. */
function Explain({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { role } = usePerson();
  const [open, setOpen] = useState(false);
  const said = message.elements?.flatMap(({ kind, texts }) => (kind === "text" ? texts : []))[0]?.text;
  const tried = useQuery({
    queryKey: ["explain", said],
    queryFn: () => postJson<Tried>("/rules/try", { text: said }),
    enabled: open && said !== undefined,
    staleTime: Infinity,
  });
  if (!reaches(role, "reviewer") || message.sight !== "original" || said === undefined || said.length > TRY_UNITS_MAX)
    return null;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{text.message.explain}</summary>
      <p className="hint">{text.message.explainLead}</p>
      {tried.isLoading && <Loading />}
      {tried.isError && <Failure fault={tried.error} onRetry={() => void tried.refetch()} />}
      {tried.data?.texts.map((each, index) => (
        <Explanation key={index} tried={each} />
      ))}
    </details>
  );
}
