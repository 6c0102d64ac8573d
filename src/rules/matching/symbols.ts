/** The alphabet of a graph: small numbers for the code points, readings and signs that its words are spelled with. */
import { createCodeTable } from "../code-table.ts";
import { SPACE } from "./key.ts";

/** Symbols that are no character: a blank in a term, and a place that a star may stand in. */
export const Special = { space: 1, star: 2 } as const;
/** Chinese has some four hundred syllables. */
const READINGS_MAX = 512;
const FIRST_READING = 3;
const FIRST_CODE = FIRST_READING + READINGS_MAX;

export type Alphabet = {
  /** The code points that have symbols, and the readings, in the order of their symbols. */
  readonly codes: Int32Array;
  readonly readings: readonly string[];
};

export interface Symbols {
  ofCode(code: number): number;
  ofReading(reading: string): number;
  /** All that were asked for up to now. */
  alphabet(): Alphabet;
}

export function createSymbols(): Symbols {
  const ofCodes = createCodeTable();
  const codes: number[] = [];
  const ofReadings = new Map<string, number>();
  return {
    ofCode(code) {
      if (code === SPACE) return Special.space;
      const known = ofCodes.get(code);
      if (known !== 0) return known;
      const symbol = FIRST_CODE - 1 + codes.push(code);
      ofCodes.set(code, symbol);
      return symbol;
    },
    ofReading(reading) {
      const known = ofReadings.get(reading) ?? FIRST_READING + ofReadings.size;
      if (known >= FIRST_CODE) throw new RangeError(`There are more than ${READINGS_MAX} readings`);
      ofReadings.set(reading, known);
      return known;
    },
    alphabet: () => ({ codes: Int32Array.from(codes), readings: [...ofReadings.keys()] }),
  };
}

export function symbolOfCode(place: number): number {
  return FIRST_CODE + place;
}

export function symbolOfReading(place: number): number {
  return FIRST_READING + place;
}

/** What a symbol stands for; 0 for one that is no character. */
export function codeOfSymbol({ codes }: Alphabet, symbol: number): number {
  return codes[symbol - FIRST_CODE] ?? 0;
}

/** One more than the greatest symbol. */
export function symbolCount({ codes }: Alphabet): number {
  return FIRST_CODE + codes.length;
}

export function isCharacter(symbol: number): boolean {
  return symbol >= FIRST_CODE;
}
