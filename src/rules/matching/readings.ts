/** How Han characters sound, without tones. The table is unpacked when the first rule asks for it. */
import { READINGS } from "../tables/readings.ts";

type Readings = {
  readonly ofCharacter: ReadonlyMap<string, readonly string[]>;
  readonly characters: ReadonlyMap<string, string>;
};
let unpacked: Readings | undefined;

function readings(): Readings {
  if (unpacked) return unpacked;
  const ofCharacter = new Map<string, string[]>();
  const characters = new Map<string, string>();
  for (const row of READINGS.split(";")) {
    const [reading = "", all = ""] = row.split(":");
    characters.set(reading, all);
    for (const character of all) {
      const known = ofCharacter.get(character);
      if (known) known.push(reading);
      else ofCharacter.set(character, [reading]);
    }
  }
  unpacked = { ofCharacter, characters };
  return unpacked;
}

/** All of them; none for a character that the table does not hold. */
export function readingsOf(character: string): readonly string[] {
  return readings().ofCharacter.get(character) ?? [];
}

export function charactersRead(reading: string): string {
  return readings().characters.get(reading) ?? "";
}
