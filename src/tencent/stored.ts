/** Reads again what lies in the record: callbacks as they came, and payloads as they were spelled here. */
import type { Edit } from "../domain/edit.ts";
import type { Element, Message, SdkAppId } from "../domain/message.ts";
import { elementsOf } from "./body.ts";
import type { WireElement } from "./body.ts";
import { decodeEdit } from "./edit-callback.ts";
import { decodeMessage, isEditCommand, tellsMessage } from "./callback.ts";

type StoredCallback = { readonly sdkAppId: SdkAppId; readonly command: string; readonly callback: Buffer };

export const decodeStored = {
  /** Undefined for what tells no message, or cannot be read. */
  message({ sdkAppId, command, callback }: StoredCallback): Message | undefined {
    const decoded = tellsMessage(command) ? decodeMessage(command, callback, sdkAppId) : undefined;
    return decoded?.ok === true ? decoded.message : undefined;
  },

  /** Undefined for what tells no edit, or cannot be read. */
  edit(command: string, callback: Buffer): Edit | undefined {
    const decoded = isEditCommand(command) ? decodeEdit(command, callback) : undefined;
    return decoded?.ok === true ? decoded.value : undefined;
  },

  /** What a message, or an edit of it, said; undefined for what cannot be read. */
  elements(command: string, bytes: Uint8Array): readonly Element[] | undefined {
    const callback = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isEditCommand(command)) return decodeStored.edit(command, callback)?.elements;
    // The app is no part of what was said.
    return decodeStored.message({ sdkAppId: 0 as SdkAppId, command, callback })?.elements;
  },

  /** The body that a payload writes; undefined where it writes none. */
  payload(payload: string): readonly Element[] | undefined {
    const { MsgBody } = JSON.parse(payload) as { readonly MsgBody?: readonly WireElement[] };
    return Array.isArray(MsgBody) ? elementsOf(MsgBody as readonly WireElement[]) : undefined;
  },

  /** The custom data that a payload writes; undefined where it leaves them as they are. */
  payloadData: (payload: string): string | undefined =>
    (JSON.parse(payload) as { readonly CloudCustomData?: string }).CloudCustomData,
};
