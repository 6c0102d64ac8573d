/** Why a person's change of a message was refused, in the API's words. */
import type { Refused } from "../flows/by-hand.ts";
import type { ProblemError } from "./problem.ts";
import { notFound, problem } from "./problem.ts";

const OLD =
  "It is more than seven days old, which is how long Tencent keeps messages unless the app's plan says otherwise.";
export const messageOld = {
  code: "message-old",
  detail: OLD,
  next: "You may try: Tencent is asked first, and nothing is changed where it no longer has the message.",
} as const;

/** @param modificationId the order in the record that tells of it */
export function byHandProblem(refused: Refused, modificationId?: string): ProblemError {
  const conflict = (detail: string, next: string, more: Readonly<Record<string, unknown>> = {}) =>
    problem(409, refused.why.replaceAll("_", "-"), detail, next, more);
  switch (refused.why) {
    case "unknown":
      return notFound("such message");
    case "unmodifiable":
      return conflict("Tencent does not change messages of this kind.", "See why under unmodifiable of the message.");
    case "being_judged":
      return conflict("The message, or an edit of it, is just being judged.", "Try again in a second.");
    case "shadow_mode":
      return conflict("EMEND_MODE is shadow: nothing is sent to Tencent.", "Set it to enforce.");
    case "original_not_kept":
      return conflict(
        "What was written is past keeping, or was erased.",
        "Nothing can be put back; EMEND_KEEP_ORIGINALS says how long originals are kept.",
      );
    case "words_untold":
      return conflict(
        "The mask covers words that somebody wrote into the message and that no callback has told of.",
        "Older words do not take their place: ask whoever wrote them.",
      );
    case "nothing_to_restore":
      return conflict("No mask of ours stands in the message.", "There is nothing to put back.");
    case "already_ordered":
      return conflict("A change of the message is on its way already.", "Wait for it to end, then look again.");
    case "meanwhile":
      return conflict("The message was changed in the record meanwhile.", "Look at it again, and then decide.");
    case "recalled":
      return conflict("The message was recalled.", "What its writer took back stays away.", { view: refused.view });
    case "changed":
      return conflict(
        "Somebody changed the message meanwhile; their words would be overwritten.",
        "Compare the three versions. The newest words are judged by the rules like any other.",
        { view: refused.view },
      );
    case "no_longer_stored": {
      const detail = `Tencent no longer stores the message. ${refused.expected ? OLD : "It may have been recalled."}`;
      const more = modificationId === undefined ? {} : { modificationId };
      return conflict(detail, "Clients that have it keep what they show; nothing can be changed any more.", more);
    }
    case "unread":
      return problem(503, "tencent-unread", `Tencent could not be asked (${refused.code}).`, "Try again soon.", {
        headers: { "retry-after": "5" },
      });
    default:
      return refused satisfies never;
  }
}
