import assert from "node:assert/strict";
import http from "node:http";
import { OperatorError } from "../../src/errors.ts";
import { closeServer, listen } from "../../src/http/listen.ts";
import { openWire } from "../support/wire.ts";

const server = (): http.Server => http.createServer((_request, response) => response.end("hello"));

describe("a server", () => {
  it("says where it listens", async () => {
    for (const [host, name] of [
      ["127.0.0.1", "127.0.0.1"],
      ["0.0.0.0", "127.0.0.1"],
    ] as const) {
      const one = server();
      const { url, port } = await listen(one, host, 0, "EMEND_PORT");
      assert.equal(url, `http://${name}:${port}`);
      await closeServer(one);
    }
  });

  it("that finds its port taken says so in words, with the variable to change", async () => {
    const [one, two] = [server(), server()];
    const { port } = await listen(one, "127.0.0.1", 0, "EMEND_PORT");
    await assert.rejects(listen(two, "127.0.0.1", port, "EMEND_CONSOLE_PORT"), (thrown) => {
      assert.ok(thrown instanceof OperatorError);
      assert.equal(thrown.code, "PORT_IN_USE");
      assert.match(thrown.line(), new RegExp(`Port ${port} on 127.0.0.1 is in use.*EMEND_CONSOLE_PORT`));
      return true;
    });
    await closeServer(one);
  });

  it("that cannot have its address says so in words", async () => {
    // An address for documentation: no machine has it.
    await assert.rejects(listen(server(), "192.0.2.1", 0, "EMEND_PORT"), { code: "CANNOT_LISTEN" });
  });

  it("closes though a connection is kept, and takes nobody new", async () => {
    const one = server();
    const { port } = await listen(one, "127.0.0.1", 0, "EMEND_PORT");
    using wire = await openWire(port);
    const { status } = await wire.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    assert.equal(status, 200);
    await closeServer(one);
    assert.equal(one.listening, false);
  });

  it("finishes an answer that is under way before it closes", async () => {
    let finish = (): void => {};
    const slow = http.createServer((_request, response) => {
      finish = () => response.writeHead(200, { "content-length": 5 }).end("whole");
      asked();
    });
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const { port } = await listen(slow, "127.0.0.1", 0, "EMEND_PORT");
    using wire = await openWire(port);
    const answer = wire.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await isAsked;
    const closed = closeServer(slow);
    finish();
    assert.equal((await answer).body, "whole");
    await closed;
  });
});
