/** Says results aloud and shows them for a while: one live region for the whole page. */
import type { ReactNode } from "react";
import { createContext, useCallback, useContext, useEffect, useState } from "react";

/** Long enough to read two lines twice. */
const SHOWN_MS = 6_000;

const Announce = createContext<(words: string) => void>(() => undefined);
export const useAnnounce = (): ((words: string) => void) => useContext(Announce);

export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, say] = useState<{ readonly words: string; readonly count: number }>({ words: "", count: 0 });
  const announce = useCallback((words: string) => say(({ count }) => ({ words, count: count + 1 })), []);
  useEffect(() => {
    if (said.words === "") return undefined;
    const timer = setTimeout(() => say(({ count }) => ({ words: "", count })), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div className="announcer" role="status" aria-live="polite">
        {said.words !== "" && <p key={said.count}>{said.words}</p>}
      </div>
    </Announce.Provider>
  );
}
