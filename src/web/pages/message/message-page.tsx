/** One message: what it says, what became of it, why, and what can be done about it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { postJson } from "../../api/client.ts";
import { useLive } from "../../api/live.tsx";
import { messageKey, useMessage } from "../../api/messages.ts";
import { reaches, usePerson } from "../../api/session.tsx";
import type { MessageDetail } from "../../api/shapes.ts";
import { Badge, toneOfDecision, toneOfState } from "../../parts/badge.tsx";
import { ConversationLabel } from "../../parts/conversation.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Failure, Loading } from "../../parts/standing.tsx";
import { named, nameReason } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";
import { Acts } from "./acts.tsx";
import { Bodies } from "./bodies.tsx";
import { Findings } from "./findings.tsx";
import { Facts, Orders } from "./orders.tsx";
import { Story } from "./story.tsx";

export function MessagePage() {
  const { id = "" } = useParams();
  const text = useText();
  const { search } = useLocation();
  const query = useMessage(id);
  useNews(id);
  return (
    <article className="message" key={id} aria-label={text.message.heading}>
      <p className="message-back">
        <Link to={{ pathname: "/messages", search }}>← {text.message.back}</Link>
      </p>
      {query.isPending && <Loading />}
      {query.isError && <Failure fault={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && <Opened found={query.data} />}
    </article>
  );
}

/** Reads the message again when something happens to it; soon, and once for what happens together. */
const SETTLE_MS = 400;
function useNews(id: string): void {
  const client = useQueryClient();
  const [changes, setChanges] = useState(0);
  useLive(({ entries, missed }) => {
    // That somebody looked is no news; reading it again for that would go round in a circle.
    const told = entries.some(({ messageId, act }) => String(messageId) === id && act !== "look");
    if (told || missed) setChanges((before) => before + 1);
  });
  useEffect(() => {
    if (changes === 0) return undefined;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: messageKey(id) }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [changes, client, id]);
}

/** Looks are no change. */
const eventsOf = ({ history }: MessageDetail): number => history.filter(({ what }) => what !== "looked").length;

function Opened({ found }: { readonly found: MessageDetail }) {
  const text = useText();
  const { role } = usePerson();
  const [isRevealed, setRevealed] = useState(false);
  const reveal = useMutation({
    mutationFn: () => postJson<MessageDetail>(`/messages/${found.id}/reveal`),
    onSuccess: () => setRevealed(true),
  });
  // What was revealed was so when it was revealed; once the message has changed it is hidden again.
  const isSame = reveal.data !== undefined && eventsOf(reveal.data) === eventsOf(found);
  const message = isRevealed && isSame ? reveal.data : found;
  return (
    <>
      <header>
        <div className="row">
          <h1>
            <bdi>{message.sender}</bdi>
          </h1>
          <ConversationLabel conversation={message.conversation} />
          <span className="hint">
            <Moment at={message.sentAt ?? message.receivedAt} />
          </span>
        </div>
        <div className="row">
          <Badge tone={toneOfDecision(message.decision)}>{named(text.decisions, message.decision)}</Badge>
          {message.state !== null && (
            <Badge tone={toneOfState(message.state)}>
              {message.purpose !== null && `${named(text.purposes, message.purpose)}: `}
              {named(text.states, message.state)}
              {message.reason !== null && message.reason !== "" && ` (${nameReason(text, message.reason)})`}
            </Badge>
          )}
          {message.verdict !== null && (
            <Badge tone={message.verdict === "confirmed" ? "good" : "bad"}>
              {named(text.verdicts, message.verdict)}
            </Badge>
          )}
          {message.recalled && <Badge>{text.messages.recalled}</Badge>}
        </div>
      </header>
      {reaches(role, "reviewer") ? <Acts message={found} /> : <p className="hint">{text.acts.needReviewer}</p>}
      {message.sight === "masked" && (
        <div className="notice">
          <span>{text.message.hidden}</span>
          <button type="button" disabled={reveal.isPending} onClick={() => reveal.mutate()}>
            {text.message.reveal}
          </button>
        </div>
      )}
      {reveal.isError && <Failure fault={reveal.error} />}
      {found.sight === "masked" && message.sight === "original" && (
        <p className="notice" role="status">
          {text.message.revealed}
        </p>
      )}
      <Bodies message={message} />
      <Findings message={message} />
      <Story message={message} />
      <Orders modifications={message.modifications} />
      <Facts message={message} />
    </>
  );
}
