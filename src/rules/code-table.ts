/** A table from code point to small number that grows by pages: as quick as an array, as small as what was stored. */
export interface CodeTable {
  /** What was stored for `code`, or 0. */
  get(code: number): number;
  set(code: number, value: number): void;
}

// A page holds one block of 256 code points; all 4,352 pages together are 4.4 MB, so no text can make it grow for ever.
const PAGE_BITS = 8;
const PAGE_SIZE = 1 << PAGE_BITS;

export function createCodeTable(): CodeTable {
  const pages: (Int32Array | undefined)[] = new Array<Int32Array | undefined>(0x110000 >> PAGE_BITS).fill(undefined);
  return {
    get: (code) => pages[code >> PAGE_BITS]?.[code & (PAGE_SIZE - 1)] ?? 0,
    set(code, value) {
      const page = (pages[code >> PAGE_BITS] ??= new Int32Array(PAGE_SIZE));
      page[code & (PAGE_SIZE - 1)] = value;
    },
  };
}
