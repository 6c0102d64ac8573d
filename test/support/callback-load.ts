/** Messages without end, posted as callbacks over kept connections by several senders at once. */
import http from "node:http";

export interface CallbackLoad {
  /** Keys of the messages that were answered with 200. */
  acknowledged(): readonly string[];
  /** Every other answer's status. */
  refused(): readonly number[];
  /** @returns the same, once nothing is under way any more */
  stop(): Promise<readonly string[]>;
}

export function postCallbacks(url: string, load: { readonly senders: number; readonly text: string }): CallbackLoad {
  const agent = new http.Agent({ keepAlive: true, maxSockets: load.senders });
  const query = "SdkAppid=1400000000&CallbackCommand=C2C.CallbackAfterSendMsg&contenttype=json";
  const acknowledged: string[] = [];
  const refused: number[] = [];
  let ending = false;
  let said = 0;

  const post = (body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = http.request(`${url}?${query}`, { method: "POST", agent }, (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
        answer.once("error", reject);
      });
      request.once("error", reject);
      request.end(body);
    });

  const sender = async (): Promise<void> => {
    while (!ending) {
      const MsgKey = `1_${++said}_1789000000`;
      const body = JSON.stringify({
        From_Account: "anna",
        To_Account: `user-${said % 97}`,
        MsgKey,
        MsgTime: 1_789_000_000,
        MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: load.text } }],
      });
      try {
        const status = await post(body);
        if (status === 200) acknowledged.push(MsgKey);
        else refused.push(status);
      } catch {
        // Nobody listens any more: that is how this load is meant to end.
        ending = true;
      }
    }
  };

  const senders = Array.from({ length: load.senders }, sender);
  return {
    acknowledged: () => acknowledged,
    refused: () => refused,
    async stop() {
      ending = true;
      await Promise.all(senders);
      agent.destroy();
      return acknowledged;
    },
  };
}
