/** How the live rules read a text: what they see, what they find, and what speaks against it. */
import type { Explained } from "../../api/rules.ts";
import { Badge } from "../../parts/badge.tsx";
import { Difference, Marked } from "../../parts/bubble.tsx";
import { Table } from "../../parts/table.tsx";
import { named } from "../../text/dictionary.ts";
import { useLanguage, useText } from "../../text/language.tsx";

export function Explanation({ tried }: { readonly tried: Explained }) {
  const text = useText();
  const { rules } = text;
  const { hits, silent, changes } = tried;
  const counting = hits.filter(({ counted }) => counted);
  return (
    <div className="explanation">
      <h3>{rules.result}</h3>
      <div className="bubble">
        <p dir="auto">
          {tried.masked === tried.text ? (
            <Marked text={tried.text} spans={counting} />
          ) : (
            <Difference before={tried.text} after={tried.masked} />
          )}
        </p>
      </div>
      {tried.masked === tried.text && <p className="hint">{rules.untouched}</p>}
      {tried.maskedWithShadow !== tried.masked && (
        <>
          <h3>{rules.withShadow}</h3>
          <div className="bubble">
            <p dir="auto">
              <Difference before={tried.text} after={tried.maskedWithShadow} />
            </p>
          </div>
        </>
      )}
      {hits.length === 0 ? (
        <p className="hint">{rules.noHits}</p>
      ) : (
        <Table
          caption={rules.tryHits}
          head={[rules.rule, text.message.finding.what, text.message.finding.where, rules.mode, ""]}
          rows={hits.map(({ rule, text: words, start, end, mode, by, does, dropped }, key) => ({
            key,
            cells: [
              <code>{rule}</code>,
              <>
                <bdi>{words}</bdi>{" "}
                <span className="hint">
                  ({named(rules.hitKinds, by.kind)}: <bdi>{by.source}</bdi>)
                </span>
              </>,
              `${start}–${end}`,
              named(rules.modes, mode),
              dropped === null ? (
                <Effect hit={{ mode, does }} isSilent={silent.some((each) => each.rule === rule)} />
              ) : (
                <Dropped dropped={dropped} />
              ),
            ],
          }))}
        />
      )}
      {silent.length > 0 && (
        <p className="hint">
          {rules.silent}: {silent.map(({ rule, by }) => `${rule} (${named(rules.silentBy, by)})`).join("; ")}
        </p>
      )}
      {changes.length > 0 && (
        <p className="hint">
          {rules.changes}:{" "}
          {changes.map(({ original, folded }, index) => (
            <code key={index}>
              <bdi>{original}</bdi> → <bdi>{folded === "" ? "∅" : folded}</bdi>{" "}
            </code>
          ))}
        </p>
      )}
      <p className="hint">
        {rules.folded}: <bdi>{tried.folded}</bdi>
      </p>
    </div>
  );
}

type Hit = Explained["hits"][number];

/** What the hit leads to: the rule's own act, if it is enforced and says anything at all. */
function Effect({
  hit: { mode, does },
  isSilent,
}: {
  readonly hit: Pick<Hit, "mode" | "does">;
  readonly isSilent: boolean;
}) {
  const { rules } = useText();
  if (isSilent) return <span className="hint">{rules.silent}</span>;
  if (mode === "shadow") return <Badge>{named(rules.would, does)}</Badge>;
  return <Badge tone={does === "mask" ? "warn" : "accent"}>{named(rules.does, does)}</Badge>;
}

/** Guards give their reason in English, for authors of rules; what they quote is in no language. */
function Dropped({ dropped: { guard, reason } }: { readonly dropped: NonNullable<Hit["dropped"]> }) {
  const { language, text } = useLanguage();
  const detail = language === "en" ? reason : /"(.+)"$/.exec(reason)?.[1];
  return (
    <span className="hint">
      {text.rules.dropped}: {named(text.rules.guards, guard)}
      {detail !== undefined && (
        <>
          {" "}
          (<bdi>{detail}</bdi>)
        </>
      )}
    </span>
  );
}
