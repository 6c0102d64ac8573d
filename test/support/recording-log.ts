import type { Logger } from "../../src/ports/logger.ts";

export type LogLine = {
  readonly level: "info" | "warn" | "error";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sentence: string;
};

export interface RecordingLog extends Logger {
  readonly lines: readonly LogLine[];
  of(level: LogLine["level"]): readonly LogLine[];
}

export function createRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (fields: LogLine["fields"], sentence: string) =>
    void lines.push({ level, fields, sentence });
  return {
    lines,
    of: (level) => lines.filter((line) => line.level === level),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
}
