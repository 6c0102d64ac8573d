import assert from "node:assert/strict";
import fc from "fast-check";
import {
  asked,
  auditFilterNames,
  localIn,
  localOf,
  messageFilterNames,
  momentOf,
  readFilters,
  writeFilters,
  writtenOf,
} from "../../src/web/text/filters.ts";
import { messageQuery } from "../../src/http/console-types/messages.ts";
import { auditQuery } from "../../src/http/console-types/audit.ts";
import { addressOf } from "../../src/web/api/client.ts";

describe("filters in the address", () => {
  const filters = fc.dictionary(fc.constantFrom(...messageFilterNames), fc.string({ minLength: 1 }), {
    noNullPrototype: true,
  });

  it("come back as they were written, whatever people type", () => {
    fc.assert(
      fc.property(filters, (written) => {
        const said = Object.fromEntries(
          Object.entries(written).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]])),
        );
        const address = writeFilters(messageFilterNames, written).toString();
        assert.deepEqual(readFilters(messageFilterNames, new URLSearchParams(address)), said);
      }),
    );
  });

  it("are written in one order, so that two people share one address", () => {
    const [one, other] = [
      { q: "x", rule: "r" },
      { rule: "r", q: "x" },
    ];
    assert.equal(writeFilters(messageFilterNames, one).toString(), writeFilters(messageFilterNames, other).toString());
  });

  it("leave out what has no meaning here", () => {
    assert.deepEqual(readFilters(messageFilterNames, new URLSearchParams("q=%20&admin=1&rule=a")), { rule: "a" });
  });

  it("are all known to the API, and the API knows no other", () => {
    const known = (names: readonly string[]) => [...names, "cursor", "limit"].sort();
    assert.deepEqual(Object.keys(messageQuery.shape).sort(), known(messageFilterNames));
    assert.deepEqual(Object.keys(auditQuery.shape).sort(), known(auditFilterNames));
  });

  it("have times that are the same for whoever opens the address, and are typed in the reader's own zone", () => {
    const at = Date.UTC(2026, 10, 21, 8);
    assert.equal(writtenOf(localOf(at)), "2026-11-21T08:00Z");
    assert.equal(localIn("2026-11-21T08:00Z"), localOf(at));
    assert.deepEqual([writtenOf(""), localIn(undefined), localIn("tomorrow")], ["", "", ""]);
  });

  it("tell the API moments, not the reader's clock", () => {
    const since = localOf(Date.UTC(2026, 10, 21, 8));
    assert.equal(momentOf(since), Date.UTC(2026, 10, 21, 8));
    assert.deepEqual(asked({ since, rule: "a" }), { since: Date.UTC(2026, 10, 21, 8), until: undefined, rule: "a" });
    assert.equal(momentOf("tomorrow"), undefined);
    assert.equal(asked({ since: "0002-01-01T00:00Z" }).since, 0);
    assert.deepEqual(asked({ since: "bogus" }), { since: "bogus", until: undefined }, "told, not dropped");
    assert.equal(addressOf("/messages", asked({ q: "a&b" })), "/api/v1/messages?q=a%26b");
  });
});
