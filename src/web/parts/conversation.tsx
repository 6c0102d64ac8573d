import type { Conversation } from "../api/shapes.ts";

/** As the filter takes it, and as people write it. */
export const conversationName = ({ kind, first, second }: Conversation): string =>
  kind === "c2c" ? `c2c:${first}|${second}` : `group:${first}${second === "" ? "" : `/${second}`}`;

/** For reading: a group by its name, a chat by its two people. */
export const ConversationLabel = ({ conversation: { kind, first, second } }: { conversation: Conversation }) => (
  <span className="conversation">
    {kind === "c2c" ? (
      <>
        <bdi>{first}</bdi> ↔ <bdi>{second}</bdi>
      </>
    ) : (
      <>
        # <bdi>{first}</bdi>
        {second !== "" && (
          <>
            {" "}
            / <bdi>{second}</bdi>
          </>
        )}
      </>
    )}
  </span>
);
