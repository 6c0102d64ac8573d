import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { answering, environmentOf, freePort, scene, SDK_APP_ID, SECRET_KEY, start, TOKEN } from "./running.ts";

const TEXT = "badword with a canary c4n4ry-text";

/** What a Tencent on a bad day says, one after the other. */
const answers: readonly ((response: http.ServerResponse) => void)[] = [
  (response) => response.end('{"ActionStatus":"FAIL","ErrorCode":70001,"ErrorInfo":"expired"}'),
  (response) => response.destroy(),
  (response) => response.writeHead(502).end("<html>bad gateway</html>"),
  (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
  (response) => response.end("not json"),
  (response) => response.end('{"ActionStatus":"FAIL","ErrorCode":12345,"ErrorInfo":"unheard of"}'),
  // Last: after it, calls are probes.
  (response) => response.end('{"ActionStatus":"FAIL","ErrorCode":90009,"ErrorInfo":"admin"}'),
];

describe("secrets", function () {
  this.timeout(60_000);

  it("appear in nothing that is printed, answered or thrown, whatever goes wrong", async () => {
    using at = scene();
    const secrets = new Set([SECRET_KEY, TOKEN, TEXT]);
    let calls = 0;
    const tencent = http.createServer((request, response) => {
      const sig = new URL(request.url ?? "", "http://x").searchParams.get("usersig");
      if (sig !== null) secrets.add(sig);
      request.resume();
      const answer = answers[calls++ % answers.length];
      request.on("end", () => answer?.(response));
    });
    await new Promise<void>((resolve) => tencent.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(tencent.address() as AddressInfo).port}`;
    const port = await freePort();
    const environment = { ...environmentOf(at, port, base), EMEND_LOG_LEVEL: "trace" };
    const service = start(["serve"], environment, at.folder);
    let everything = "";
    try {
      await answering(`http://127.0.0.1:${port}/readyz`, service);
      for (let index = 0; index < 30; index++) everything += await callback(port, TOKEN, message(index));
      for (const [token, body] of [
        ["wrong token", message(99)],
        [TOKEN, `{"CallbackCommand": "${TEXT}`],
        [TOKEN, JSON.stringify({ From_Account: 1, MsgBody: TEXT })],
        [TOKEN, "x".repeat(300_000)],
      ] as const) {
        everything += await callback(port, token, body);
      }
      for (const path of ["/readyz", "/healthz", "/nothing"]) {
        everything += await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      }
      while (calls <= answers.length) await new Promise((resolve) => setTimeout(resolve, 50));
      const doctor = start(["doctor"], environment, at.folder);
      await doctor.ended;
      everything += doctor.printed();
      const twin = start(["serve"], environment, at.folder);
      await twin.ended;
      everything += twin.printed();
    } finally {
      service.process.kill("SIGTERM");
      await service.ended;
      tencent.closeAllConnections();
      tencent.close();
    }
    everything += service.printed();
    assert.ok(everything.includes("Sending has stopped"), "nothing went wrong: the test told nothing");
    assert.ok(secrets.size > 3, "no UserSig was seen: the test told nothing");
    for (const secret of secrets) {
      for (const spelled of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").slice(0, -4)]) {
        assert.equal(everything.indexOf(spelled), -1, `found ${spelled.slice(0, 8)}… in what was printed`);
      }
    }
  });
});

function message(index: number): string {
  return JSON.stringify({
    From_Account: "anna",
    To_Account: "ben",
    MsgKey: `${index}_2_1767225660`,
    MsgBody: [{ MsgType: "TIMTextElem", MsgContent: { Text: TEXT } }],
  });
}

async function callback(port: number, token: string, body: string): Promise<string> {
  const time = String(Math.floor(Date.now() / 1000));
  const query = new URLSearchParams({
    SdkAppid: String(SDK_APP_ID),
    CallbackCommand: "C2C.CallbackAfterSendMsg",
    RequestTime: time,
    Sign: createHash("sha256")
      .update(token + time)
      .digest("hex"),
  });
  const answer = await fetch(`http://127.0.0.1:${port}/callback?${query.toString()}`, { method: "POST", body });
  return `${JSON.stringify([...answer.headers])} ${await answer.text()}`;
}
