import { useEffect } from "react";
import { usePreference } from "./preference.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, choose] = usePreference("theme", themes, "system");
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  return [theme, choose];
}
