import { Link } from "react-router";
import type { MessageItem } from "../../api/shapes.ts";
import { Badge, toneOfDecision, toneOfState } from "../../parts/badge.tsx";
import { ConversationLabel } from "../../parts/conversation.tsx";
import { Moment } from "../../parts/moment.tsx";
import { useSpelling } from "../../text/dates.ts";
import { named } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";

type RowProps = { readonly item: MessageItem; readonly search: string; readonly isCurrent: boolean };

/** One message in the list: who, where, when, what everybody may read, and what became of it. */
export function MessageRow({ item, search, isCurrent }: RowProps) {
  const text = useText();
  const spelling = useSpelling();
  const { rules, state, verdict, decision, purpose } = item;
  return (
    <Link
      className="message-row"
      to={{ pathname: `/messages/${item.id}`, search }}
      aria-current={isCurrent ? "true" : undefined}
    >
      <span className="message-row-head">
        <bdi className="sender">{item.sender}</bdi>
        <ConversationLabel conversation={item.conversation} />
        <span className="hint">
          <Moment at={item.sentAt ?? item.receivedAt} brief />
        </span>
      </span>
      <span className="message-row-text" dir="auto">
        {item.text ?? <i className="hint">{text.messages.hidden}</i>}
      </span>
      <span className="message-row-foot">
        {decision !== "pass" && <Badge tone={toneOfDecision(decision)}>{named(text.decisions, decision)}</Badge>}
        {state !== null && (
          <Badge tone={toneOfState(state)}>
            {purpose !== null && `${named(text.purposes, purpose)}: `}
            {named(text.states, state)}
          </Badge>
        )}
        {verdict !== null && (
          <Badge tone={verdict === "confirmed" ? "good" : "bad"}>{named(text.verdicts, verdict)}</Badge>
        )}
        {item.editCount > 0 && <Badge>{text.messages.edited(spelling.count(item.editCount))}</Badge>}
        {item.recalled && <Badge>{text.messages.recalled}</Badge>}
        {rules.slice(0, 2).map((rule) => (
          <code key={rule} className="rule-name">
            {rule}
          </code>
        ))}
        {rules.length > 2 && <span className="hint">+{rules.length - 2}</span>}
      </span>
    </Link>
  );
}
