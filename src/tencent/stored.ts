/** Reads again what lies in the record: callbacks as they came, and payloads as they were spelled here. */
import type { Element, SdkAppId } from "../domain/message.ts";
import { elementsOf } from "./body.ts";
import type { WireElement } from "./body.ts";
import { decodeEdit } from "./edit-callback.ts";
import { decodeMessage, isEditCommand, tellsMessage } from "./callback.ts";

export const decodeStored = {
  /** What a message, or an edit of it, said; undefined for what cannot be read. */
  elements(command: string, bytes: Uint8Array): readonly Element[] | undefined {
    const callback = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isEditCommand(command)) {
      const edit = decodeEdit(command, callback);
      return edit.ok ? edit.value.elements : undefined;
    }
    if (!tellsMessage(command)) return undefined;
    // The app is no part of what was said.
    const told = decodeMessage(command, callback, 0 as SdkAppId);
    return told.ok ? told.message.elements : undefined;
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
