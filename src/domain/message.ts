/**
 * One IM message as the rest of the service sees it: who, where, which parts carry text, and the exact bytes it came
 * in. Tencent's own spelling stays behind `src/tencent`, which makes these.
 */
import type { EpochMs } from "./time.ts";

export type SdkAppId = number & { readonly brand: "SDKAppID" };
export type UserId = string & { readonly brand: "UserID" };
export type GroupId = string & { readonly brand: "GroupID" };

/** How Tencent addresses a message that can be modified. A group message by key cannot be written down. */
export type MessageRef =
  | { readonly kind: "c2c"; readonly from: UserId; readonly to: UserId; readonly msgKey: string }
  | {
      readonly kind: "group";
      readonly groupId: GroupId;
      readonly topicId: string | undefined;
      readonly msgSeq: number;
    };

/** A live-group message of the oldest shape: Tencent gave it no number, so the digest of what came is its name. */
export type UnnumberedRef = { readonly kind: "unnumbered"; readonly groupId: GroupId; readonly digest: string };

/** Why Tencent would refuse to modify a message, known before asking. Push-plug-in messages show only in the refusal. */
export type Unmodifiable = "live_group" | "online_only" | "send_failed";

/**
 * A part of a message. Texts are decoded (what a reader sees); whatever is not understood is `opaque` and travels in
 * the raw body alone.
 */
export type Element =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "location"; readonly description: string }
  | { readonly kind: "face"; readonly label: string }
  | { readonly kind: "custom"; readonly description: string; readonly data: string; readonly extension: string }
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "merged"; readonly texts: readonly string[] }
  | { readonly kind: "opaque"; readonly type: string };

export type ElementKind = Element["kind"];

/** A way into the JSON that an app keeps in a custom element: member names and array places. */
export type JsonPath = readonly (string | number)[];

/** Where in a message a text stands. Only the first group can be rewritten; clients cannot show the rest edited. */
export type Place =
  | { readonly element: number; readonly part: "text" | "description" | "label" }
  | { readonly element: number; readonly part: "data" | "extension"; readonly path: JsonPath }
  | { readonly element: number; readonly part: "name" }
  | { readonly element: number; readonly part: "merged"; readonly index: number };

export type Message = {
  readonly sdkAppId: SdkAppId;
  readonly ref: MessageRef | UnnumberedRef;
  readonly sender: UserId;
  /** Who asked Tencent to send it, where that differs from the sender (an administrator on behalf of a user). */
  readonly operator: string | undefined;
  /** Tencent's spelling (`Public`, `Community`, …); undefined in one-to-one chats. */
  readonly groupType: string | undefined;
  readonly sentAt: EpochMs | undefined;
  readonly eventAt: EpochMs | undefined;
  readonly unmodifiable: Unmodifiable | undefined;
  readonly elements: readonly Element[];
  /** The body exactly as it came: the text of a JSON array. Rewrites splice into it and touch nothing else. */
  readonly body: string;
  /** What the sender put beside the body; undefined when the sender set none. */
  readonly customData: string | undefined;
};
