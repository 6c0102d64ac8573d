/** Posts the callbacks of a simulator's messages itself, so that a test knows which ones it read a 200 for. */
import { createHash } from "node:crypto";
import http from "node:http";
import type { MessageView } from "../../src/simulator/views.ts";

export type Destination = {
  readonly agent: http.Agent;
  readonly port: number;
  readonly sdkAppId: number;
  readonly token: string;
  /** Called with our own port as soon as an answer has been read whole. */
  readonly onAnswer?: (localPort: number, status: number | undefined) => void;
};

/** @returns the status, or undefined when there was no answer */
export function postCallback(to: Destination, message: MessageView): Promise<number | undefined> {
  const command = message.ref.kind === "c2c" ? "C2C.CallbackAfterSendMsg" : "Group.CallbackAfterSendMsg";
  return postBody(to, command, callbackBody(message));
}

/** The same with any body, for what no simulator would say. */
export function postBody(to: Destination, command: string, body: string): Promise<number | undefined> {
  const time = String(Math.floor(Date.now() / 1000));
  const query = new URLSearchParams({
    SdkAppid: String(to.sdkAppId),
    CallbackCommand: command,
    contenttype: "json",
    RequestTime: time,
    Sign: createHash("sha256")
      .update(to.token + time)
      .digest("hex"),
  });
  const path = `/callback?${query.toString()}`;
  return new Promise((resolve) => {
    const request = http.request(
      { agent: to.agent, host: "127.0.0.1", port: to.port, path, method: "POST" },
      (response) => {
        response.resume();
        const localPort = response.socket.localPort ?? 0;
        response.on("end", () => {
          to.onAnswer?.(localPort, response.statusCode);
          resolve(response.statusCode);
        });
        response.on("error", () => resolve(undefined));
        // A response that is cut off ends in neither.
        response.on("close", () => resolve(undefined));
      },
    );
    request.on("error", () => resolve(undefined));
    request.end(body);
  });
}

export function callbackBody(message: MessageView): string {
  const { ref } = message;
  const address =
    ref.kind === "c2c"
      ? { From_Account: ref.from, To_Account: ref.to, MsgKey: ref.msgKey, MsgSeq: message.msgSeq, SendMsgResult: 0 }
      : { GroupId: ref.groupId, Type: message.groupType, From_Account: message.sender, MsgSeq: ref.msgSeq };
  const topic = ref.kind === "group" && ref.topicId !== undefined ? { TopicId: ref.topicId } : {};
  const customData = message.original.customData;
  const fields = JSON.stringify({
    ...address,
    ...topic,
    OnlineOnlyFlag: message.onlineOnly ? 1 : 0,
    MsgTime: Math.floor(message.sentAt / 1000),
    ...(customData === undefined ? {} : { CloudCustomData: customData }),
  });
  return `${fields.slice(0, -1)},"MsgBody":${message.original.rawBody}}`;
}
