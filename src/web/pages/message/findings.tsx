/** Which rule objected to what, exactly where, in each of the versions that a message has had. */
import { Link } from "react-router";
import type { Finding, MessageDetail } from "../../api/shapes.ts";
import { AsItCame } from "../../parts/as-it-came.tsx";
import { Bubble, Marked } from "../../parts/bubble.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Table } from "../../parts/table.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { Explain } from "./explain.tsx";
import type { Version } from "./versions.ts";
import { spansIn, versionsOf } from "./versions.ts";

export function Findings({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const spelling = useSpelling();
  const versions = versionsOf(message);
  const older = message.editCount - message.edits.length;
  return (
    <section className="panel" aria-labelledby="findings">
      <h2 id="findings">{text.message.findings}</h2>
      {versions.length === 1 ? (
        <Found version={versions[0]} message={message} caption={text.message.findings} />
      ) : (
        versions.map((version) => <WrittenVersion key={version.edit?.id ?? 0} version={version} message={message} />)
      )}
      {older > 0 && <p className="hint">{text.message.olderEdits(spelling.count(older))}</p>}
      <Explain message={message} />
    </section>
  );
}

type VersionProps = { readonly version: Version; readonly message: MessageDetail };

/** Who wrote what when, what the rules found in it, and what became of it. */
function WrittenVersion({ version, message }: VersionProps) {
  const text = useText();
  const { edit, writer, at, elements } = version;
  const name = edit === null ? text.message.asSent : text.message.edit(String(version.number));
  return (
    <article className="version" aria-label={name}>
      <h3>
        {name}: <bdi>{writer}</bdi>{" "}
        <span className="hint">
          <Moment at={at} />
        </span>
      </h3>
      {edit !== null && <p>{named(text.editOutcomes, edit.outcome)}</p>}
      {elements === null ? (
        <p className="hint">{text.messages.hidden}</p>
      ) : (
        <Bubble
          elements={elements}
          draw={(words, element, index) => <Marked text={words} spans={spansIn(version, element, index)} />}
        />
      )}
      <Found version={version} message={message} caption={`${text.message.findings}: ${name}`} />
      {edit !== null && edit.callback !== null && (
        <details>
          <summary>{text.message.raw}</summary>
          <AsItCame json={edit.callback} />
        </details>
      )}
    </article>
  );
}

function Found({ version, message, caption }: VersionProps & { readonly caption: string }) {
  const text = useText();
  const { finding: words } = text.message;
  const { findings, revision, edit } = version;
  return (
    <>
      {findings.length === 0 ? (
        // Of an edit it is said already what came of it.
        edit === null && revision !== null && <p className="hint">{text.message.noFindings}</p>
      ) : (
        <Table
          caption={caption}
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
    </>
  );
}

function Where({ finding: { place, start, end } }: { readonly finding: Finding }) {
  const { message } = useText();
  const span = start === null || end === null ? message.finding.hiddenSpan : `${start}–${end}`;
  return (
    <>
      {message.finding.element(String(place.element + 1))}, {named(message.parts, place.part)}, {span}
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
