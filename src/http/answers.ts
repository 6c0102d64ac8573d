/** Asks the console's thread, and says in the API's words when it cannot answer. */
import { OperatorError } from "../errors.ts";
import type { ConsoleQuestions, ConsoleReads, QuestionName } from "../ports/console.ts";
import { problem } from "./problem.ts";

const RETRY_AFTER_S = "2";

export async function answerTo<Name extends QuestionName>(
  reads: ConsoleReads,
  name: Name,
  question: ConsoleQuestions[Name]["asks"],
  signal: AbortSignal,
): Promise<ConsoleQuestions[Name]["answers"]> {
  try {
    return await reads.ask(name, question, signal);
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    const code = thrown.code.toLowerCase().replaceAll("_", "-");
    throw problem(503, code, thrown.message, thrown.next, { headers: { "retry-after": RETRY_AFTER_S } });
  }
}
