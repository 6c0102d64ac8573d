/** The page's language: the browser's, until somebody chooses another. */
import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useMemo } from "react";
import { usePreference } from "../shell/preference.ts";
import type { Dictionary, Language } from "./dictionary.ts";
import { dictionaries, languageOf, languages } from "./dictionary.ts";

type Spoken = { readonly language: Language; readonly text: Dictionary; speak(language: Language): void };
const Speech = createContext<Spoken | undefined>(undefined);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, speak] = usePreference("language", languages, languageOf(navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const spoken = useMemo(() => ({ language, text: dictionaries[language], speak }), [language, speak]);
  return <Speech.Provider value={spoken}>{children}</Speech.Provider>;
}

export function useLanguage(): Spoken {
  const spoken = useContext(Speech);
  if (spoken === undefined) throw new TypeError("There is no language here.");
  return spoken;
}

export const useText = (): Dictionary => useLanguage().text;
