/** Times and numbers as the reader's own computer spells them, in the reader's zone. */
import { useMemo } from "react";
import { useLanguage } from "./language.tsx";

const locales = { en: undefined, zh: "zh-CN" } as const;

export type Spelling = {
  moment(at: number): string;
  /** Short, for lists: the time of what is of today, day and time of what is older. */
  brief(at: number): string;
  hour(at: number): string;
  day(at: number): string;
  /** Under an axis: the day where days begin, else the time. */
  tick(seconds: number, step: number): string;
  /** How long something took or lasts. */
  lasted(ms: number): string;
  count(n: number): string;
  share(part: number): string;
  /** How large a file is. */
  bytes(n: number): string;
};

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function useSpelling(): Spelling {
  const { language } = useLanguage();
  return useMemo(() => {
    // An English page keeps the reader's own English: day before month, or the other way.
    const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language));
    const locale = own ?? locales[language] ?? "en";
    const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
    const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
    const monthDay = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
    const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    const dayAndYear = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
    const number = new Intl.NumberFormat(locale);
    const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
    const unit = (n: number, name: string): string =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit: name,
        unitDisplay: language === "zh" ? "short" : "narrow",
        maximumFractionDigits: n < 10 ? 1 : 0,
      }).format(n);
    return {
      moment: (at) => full.format(at),
      brief(at) {
        const isToday = new Date(at).toDateString() === new Date().toDateString();
        return (isToday ? time : Math.abs(Date.now() - at) < 300 * DAY_MS ? day : dayAndYear).format(at);
      },
      hour: (at) => day.format(at),
      day: (at) => dayAndYear.format(at),
      tick(seconds, step) {
        const date = new Date(seconds * SECOND_MS);
        const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
        return (step * SECOND_MS >= DAY_MS || isMidnight ? monthDay : clock).format(date);
      },
      lasted(ms) {
        if (ms < SECOND_MS) return unit(Math.round(ms), "millisecond");
        if (ms < MINUTE_MS) return unit(ms / SECOND_MS, "second");
        if (ms < HOUR_MS) return unit(ms / MINUTE_MS, "minute");
        return ms < DAY_MS ? unit(ms / HOUR_MS, "hour") : unit(ms / DAY_MS, "day");
      },
      count: (n) => number.format(n),
      share: (part) => percent.format(part),
      bytes(n) {
        if (n < 1e6) return unit(n / 1e3, "kilobyte");
        return n < 1e9 ? unit(n / 1e6, "megabyte") : unit(n / 1e9, "gigabyte");
      },
    };
  }, [language]);
}
