/** What somebody has chosen on this computer. Where nothing can be kept, the choice lasts as long as the page. */
import { useCallback, useState } from "react";

export function usePreference<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): readonly [Choice, (choice: Choice) => void] {
  const [chosen, choose] = useState<Choice>(() => choices.find((choice) => choice === read(name)) ?? otherwise);
  const keep = useCallback(
    (choice: Choice) => {
      choose(choice);
      try {
        localStorage.setItem(`emend.${name}`, choice);
      } catch {
        // Private windows and strict settings refuse; nothing is lost but the memory of it.
      }
    },
    [name],
  );
  return [chosen, keep];
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`emend.${name}`);
  } catch {
    return null;
  }
}
