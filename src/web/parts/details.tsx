/** Small facts of an entry: names and codes in words where the page has words for them. */
import { Fragment } from "react";
import { named, nameReason } from "../text/dictionary.ts";
import { useText } from "../text/language.tsx";

type Detail = Readonly<Record<string, unknown>>;

export function Details({ detail }: { readonly detail: Detail }) {
  const text = useText();
  const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    decision: text.decisions,
    state: text.states,
    next: { ...text.states, ...text.outcomes },
    outcome: text.outcomes,
    how: text.hows,
    restores: text.wordsOf,
    verdict: text.verdicts,
    lane: text.outbox.lanes,
    api: text.outbox.apis,
    purpose: text.purposes,
    action: text.actions,
    origin: text.origins,
    role: text.roles,
  };
  const yesOrNo = { true: text.common.yes, false: text.common.no };
  const sayValue = (name: string, value: string): string =>
    name === "reason" ? nameReason(text, value) : named(names[name] ?? yesOrNo, value);
  const facts = Object.entries(detail).filter(([, value]) => !isEmpty(value));
  if (facts.length === 0) return null;
  return (
    <span className="hint details">
      {facts.map(([name, value], index) => (
        <Fragment key={name}>
          {index > 0 && " · "}
          {named(text.detailNames, name)}: <bdi>{sayValue(name, written(value))}</bdi>
        </Fragment>
      ))}
    </span>
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function written(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(written).join(", ");
  if (typeof value === "object" && value !== null) return Object.values(value).map(written).join(" ");
  return String(value);
}
