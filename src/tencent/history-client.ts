/** History by the page, over connections of its own: a search for missed messages never waits behind the rewriting. */
import type { HistoryClient, HistoryPage, HistoryReading } from "../ports/history.ts";
import { readC2cPage, readGroupPage } from "./history-pages.ts";
import { C2C_HISTORY, GROUP_HISTORY } from "./history.ts";
import type { RestCaller, RestParts } from "./rest-call.ts";
import { createRestCaller } from "./rest-call.ts";
import { outcomeWith } from "./rest-client.ts";

/** Reading is paced in tens a second; this many calls at once are more than it ever has. */
const SOCKETS_MAX = 16;
/** A page ends at 13 KB long before this many one-to-one messages. */
const C2C_PAGE_MAX = 100;

/** @param rest how a call is made; over HTTP unless told otherwise */
export function createHistoryClient(
  parts: RestParts,
  rest: RestCaller = createRestCaller(parts, SOCKETS_MAX),
): HistoryClient & AsyncDisposable {
  const { userSig, sdkAppId } = parts;

  const ask = async (
    path: string,
    request: Readonly<Record<string, unknown>>,
    read: (json: string) => HistoryPage | undefined,
  ): Promise<HistoryReading> => {
    const sig = userSig.current();
    const answer = await rest.call(path, JSON.stringify(request), sig);
    if (answer.kind === "failed") return { kind: "failed", outcome: { kind: "retryable", code: answer.code } };
    if (answer.code !== 0) return { kind: "failed", outcome: outcomeWith(userSig, sig, answer.code) };
    const page = read(answer.json);
    return page === undefined
      ? { kind: "failed", outcome: { kind: "retryable", code: "unreadable_answer" } }
      : { kind: "page", page };
  };

  return {
    groupPage: (place, upTo, count) =>
      ask(
        GROUP_HISTORY,
        {
          GroupId: place.groupId,
          ReqMsgNumber: count,
          ...(upTo === undefined ? {} : { ReqMsgSeq: upTo }),
          ...(place.topicId === undefined ? {} : { TopicId: place.topicId }),
        },
        (json) => readGroupPage(json, place, sdkAppId),
      ),
    c2cPage: (pair, window, after) =>
      ask(
        C2C_HISTORY,
        {
          Operator_Account: pair[1],
          Peer_Account: pair[0],
          MaxCnt: C2C_PAGE_MAX,
          MinTime: window.from / 1000,
          MaxTime: (after?.until ?? window.until) / 1000,
          ...(after === undefined ? {} : { LastMsgKey: after.msgKey }),
        },
        (json) => readC2cPage(json, pair, sdkAppId),
      ),
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}
