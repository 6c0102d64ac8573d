/**
 * An error meant for the person who runs the service: a code to search for, a sentence that says what is wrong, and what
 * to do next. Never a secret, never text of a message.
 */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
  readonly code: string;
  readonly next: string;

  constructor(code: string, sentence: string, next: string) {
    super(sentence);
    this.code = code;
    this.next = next;
  }

  /** One line: code, sentence, next step. */
  line(): string {
    return `${this.code}  ${this.message} ${this.next}`;
  }
}
