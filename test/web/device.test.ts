import assert from "node:assert/strict";
import { deviceName } from "../../src/web/text/device.ts";

describe("a device in the list of one's sessions", () => {
  for (const [said, name] of [
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
      "Chrome · Linux",
    ],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge · Windows"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
      "Safari · iPhone",
    ],
    ["Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile MicroMessenger/8.0.60", "WeChat · Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Gecko/20100101 Firefox/140.0", "Firefox · macOS"],
    ["curl/8.5.0", "curl/8.5.0"],
    ["", ""],
  ] as const) {
    it(`is ${name === "" ? "nameless where it says nothing" : name}`, () => assert.equal(deviceName(said), name));
  }
});
