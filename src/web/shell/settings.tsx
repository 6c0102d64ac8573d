/** Language and appearance: there before anybody has signed in. */
import { useLanguage } from "../text/language.tsx";
import type { Language } from "../text/dictionary.ts";
import type { Theme } from "./theme.ts";
import { themes, useTheme } from "./theme.ts";

const languageNames: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

export function Settings() {
  const { language, text, speak } = useLanguage();
  const [theme, choose] = useTheme();
  return (
    <div className="settings">
      <select
        aria-label={text.settings.language}
        value={language}
        onChange={(event) => speak(event.target.value as Language)}
      >
        {Object.entries(languageNames).map(([value, name]) => (
          <option key={value} value={value} lang={value}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label={text.settings.theme} value={theme} onChange={(event) => choose(event.target.value as Theme)}>
        {themes.map((each) => (
          <option key={each} value={each}>
            {text.settings.themes[each]}
          </option>
        ))}
      </select>
    </div>
  );
}
