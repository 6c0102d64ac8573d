/** The changes that were ordered, each with the note and the request as it was sent, and the facts of the message. */
import type { MessageDetail } from "../../api/shapes.ts";
import { AsItCame } from "../../parts/as-it-came.tsx";
import { Badge, toneOfState } from "../../parts/badge.tsx";
import { Moment } from "../../parts/moment.tsx";
import { named, nameReason } from "../../text/dictionary.ts";
import { useText } from "../../text/language.tsx";

export function Orders({ modifications }: Pick<MessageDetail, "modifications">) {
  const text = useText();
  return (
    <section className="panel" aria-labelledby="orders">
      <h2 id="orders">{text.message.orders}</h2>
      {modifications.length === 0 && <p className="hint">{text.message.noOrders}</p>}
      {modifications.map(({ id, purpose, lane, state, reason, createdAt, payloads, attempts, lastCode }) => {
        const last = payloads.at(-1);
        // Past keeping, or hidden: then nobody can say whether there was one.
        const isTold = last !== undefined && last.body !== null;
        return (
          <article key={id} className="order">
            <div className="row">
              <strong>{named(text.purposes, purpose)}</strong>
              <Badge tone={toneOfState(state)}>{named(text.states, state)}</Badge>
              <span className="hint">
                {named(text.outbox.lanes, lane)} · <Moment at={createdAt} />
                {reason !== "" && ` · ${nameReason(text, reason)}`}
                {attempts > 0 && ` · ${text.outbox.attempts}: ${attempts}`}
                {lastCode !== null && ` · ${text.outbox.lastCode}: ${lastCode}`}
              </span>
            </div>
            {isTold && (
              <>
                <h3 className="hint">{text.message.note}</h3>
                {last.customData === null ? (
                  <p className="hint">{text.message.noNote}</p>
                ) : (
                  <AsItCame json={last.customData} />
                )}
              </>
            )}
            {payloads.map(
              ({ revision, body }) =>
                body !== null && (
                  <details key={revision}>
                    <summary>{text.message.payload(String(revision))}</summary>
                    <AsItCame json={body} />
                  </details>
                ),
            )}
          </article>
        );
      })}
    </section>
  );
}

export function Facts({ message }: { readonly message: MessageDetail }) {
  const text = useText();
  const { address, groupType, operator, sentAt, receivedAt, decidedAt, origin, unmodifiable } = message;
  const facts = [
    [text.message.address, address.msgKey ?? address.msgSeq],
    [text.message.group, groupType],
    [text.message.operator, operator],
    [text.messages.origin, named(text.origins, origin)],
    [text.message.sentAt, sentAt === null ? null : <Moment at={sentAt} />],
    [text.message.receivedAt, <Moment at={receivedAt} />],
    [text.message.decidedAt, decidedAt === null ? null : <Moment at={decidedAt} />],
    [text.message.unmodifiable, unmodifiable === null ? null : named(text.message.unmodifiableWhy, unmodifiable)],
  ] as const;
  return (
    <section className="panel" aria-labelledby="facts">
      <h2 id="facts">{text.message.facts}</h2>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {message.callback !== null && (
        <details>
          <summary>{text.message.raw}</summary>
          <AsItCame json={message.callback} />
        </details>
      )}
    </section>
  );
}
