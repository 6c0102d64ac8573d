/** What the list is narrowed to. The text filters as one types, after a moment; the rest when it is chosen. */
import type { RefObject } from "react";
import { useEffect, useState } from "react";
import { Choose, choicesOf, TextField } from "../../parts/field.tsx";
import { RuleField } from "../../parts/rule-field.tsx";
import type { MessageFilters } from "../../text/filters.ts";
import { localIn, writtenOf } from "../../text/filters.ts";
import { useText } from "../../text/language.tsx";

/** Longer than between two keys, shorter than one waits. */
const TYPING_MS = 350;

type FilterBarProps = {
  readonly filters: MessageFilters;
  readonly onChange: (filters: MessageFilters) => void;
  readonly search: RefObject<HTMLInputElement | null>;
};

export function FilterBar({ filters, onChange, search }: FilterBarProps) {
  const text = useText();
  const { messages } = text;
  const [open, setOpen] = useState(() => Object.keys(filters).some((name) => name !== "q"));
  const set = (name: keyof MessageFilters, value: string): void => onChange({ ...filters, [name]: value });
  const typed = useTyped(filters, onChange);
  const active = Object.keys(filters).length;
  const select = (name: keyof MessageFilters) => ({
    value: filters[name] ?? "",
    onChange: (event: { target: { value: string } }) => set(name, event.target.value),
  });
  const { undecided, pass, review, rewrite, failed } = text.decisions;
  const decisions = { rewrite, review, pass, undecided, failed } as Record<string, string>;
  const { rescan: _none, ...origins } = text.origins;
  return (
    <search className="filters">
      <div className="filters-head">
        <input
          {...typed("q")}
          ref={search}
          type="search"
          dir="auto"
          aria-label={messages.search}
          placeholder={`${messages.search} ( / )`}
          title={messages.searchHint}
        />
        <button type="button" aria-expanded={open} aria-controls="filters" onClick={() => setOpen(!open)}>
          {messages.filters}
          {active > 0 && <span className="badge accent">{active}</span>}
        </button>
      </div>
      <div id="filters" className="filters-more" hidden={!open}>
        {/* The rules are asked for once somebody wants to choose one. */}
        {open && <RuleField label={messages.rule} {...typed("rule")} />}
        <Choose label={messages.state} choices={choicesOf(text.states, text.common.all)} {...select("state")} />
        <Choose label={messages.decision} choices={choicesOf(decisions, text.common.all)} {...select("decision")} />
        <Choose label={messages.verdict} choices={choicesOf(text.verdicts, text.common.all)} {...select("verdict")} />
        <TextField label={messages.sender} {...typed("sender")} />
        <TextField label={messages.conversation} hint={messages.conversationHint} {...typed("conversation")} />
        <Choose label={messages.origin} choices={choicesOf(origins, text.common.all)} {...select("origin")} />
        <Choose
          label={messages.edits}
          choices={choicesOf(messages.editedChoices, text.common.all)}
          {...select("edited")}
        />
        <div className="filters-times">
          <TextField label={text.common.since} type="datetime-local" {...typed("since", localIn, writtenOf)} />
          <TextField label={text.common.until} type="datetime-local" {...typed("until", localIn, writtenOf)} />
          <button type="button" disabled={active === 0} onClick={() => onChange({})}>
            {text.common.clear}
          </button>
        </div>
      </div>
    </search>
  );
}

const asIs = (value: string | undefined): string => value ?? "";

/** Fields that are typed into: shown at once, told to the list when the hand rests. */
function useTyped(filters: MessageFilters, onChange: FilterBarProps["onChange"]) {
  const [draft, setDraft] = useState(filters);
  const [seen, setSeen] = useState(filters);
  // The address was changed by other means: a link, the back button, "clear".
  if (JSON.stringify(seen) !== JSON.stringify(filters)) {
    setSeen(filters);
    setDraft(filters);
  }
  useEffect(() => {
    if (JSON.stringify(draft) === JSON.stringify(filters)) return undefined;
    // One character alone is not searched for.
    const isTooShort = draft.q !== undefined && draft.q !== "" && [...draft.q.trim()].length < 2;
    if (isTooShort) return undefined;
    const timer = setTimeout(() => onChange(draft), TYPING_MS);
    return () => clearTimeout(timer);
  }, [draft, filters, onChange]);
  return (name: keyof MessageFilters, show = asIs, write: (typed: string) => string = asIs) => ({
    value: show(draft[name]),
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: write(event.target.value) }),
  });
}
