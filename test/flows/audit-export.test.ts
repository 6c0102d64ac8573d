import assert from "node:assert/strict";
import fc from "fast-check";
import { exportAudit, inCell } from "../../src/flows/audit-export.ts";
import type { AuditItem } from "../../src/ports/console.ts";

const row = (id: number): AuditItem => ({
  ...{ id, at: 1_789_000_000_000, actor: "emend", act: "decision", messageId: 1, modificationId: null },
  ...{ detail: { rules: ["a"] }, seal: "00" },
});

describe("the audit log as a file", () => {
  for (const [sentence, text, cell] of [
    ["leaves a word as it is", "decision", "decision"],
    ["quotes a comma", "a,b", '"a,b"'],
    ["doubles a quote", 'a"b', '"a""b"'],
    ["quotes a line break", "a\r\nb", '"a\r\nb"'],
    ["puts an apostrophe before a formula", "=1+1", `"'=1+1"`],
    ["… before a sum", "+1", `"'+1"`],
    ["… before a difference", "-1", `"'-1"`],
    ["… before a function of old", "@SUM(A1)", `"'@SUM(A1)"`],
    ["… before a tab", "\t=1", `"'\t=1"`],
    ["… before a return", "\r=1", `"'\r=1"`],
    ["… before the wide sign of a Chinese keyboard", "＝1", `"'＝1"`],
    ["leaves such a sign in the middle", "a=1", "a=1"],
  ] as const) {
    it(sentence, () => assert.equal(inCell(text), cell));
  }

  it("gives every text back to whoever reads it as CSV, and no cell that begins as a formula", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const cell = inCell(text);
        const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        assert.ok(!/^[=+\-@\t\r]/.test(read));
        assert.ok(read === text || read === `'${text}`);
      }),
    );
  });

  it("asks for a page when the one before has been taken, and never holds more", async () => {
    let asked = 0;
    const pages = async ({ cursor = 5 }: { readonly cursor: number | undefined }) => {
      asked++;
      return { items: cursor === 3 ? [] : [row(cursor)], next: cursor === 1 ? null : cursor - 1 };
    };
    const chunks = exportAudit(pages, {}, "jsonl");
    await chunks.next();
    assert.equal(asked, 1);
    const rest: string[] = [];
    for await (const chunk of chunks) rest.push(chunk);
    assert.deepEqual(
      rest.map((chunk) => (JSON.parse(chunk) as { id: number }).id),
      [4, 2, 1],
    );
    assert.equal(asked, 5);
  });
});
