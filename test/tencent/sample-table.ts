/**
 * What is to become of every recorded callback, written down by hand: who and what it says, what the rules decide, and the
 * exact request body that follows. Judged with the rule `words` (terms `badword` and `坏词`, also in `data.title`).
 */
import { createHash } from "node:crypto";
import type { GroupId, UserId } from "../../src/domain/message.ts";
import { epochMs } from "../../src/domain/time.ts";
import { sampleNamed } from "../support/tencent-samples.ts";
import type { SampleRow } from "./sample-rows.ts";
import { c2c, group, note, noteOf, text, textElem } from "./sample-rows.ts";

/** Just under 12 KB, of which every seventh character has to go. */
const LONG = Array(490).fill("长文本测试 badword").join(" ");

const oneToOne: Readonly<Record<string, SampleRow>> = {
  "c2c-text-plain": c2c(
    "400007919_2499895271_1767225660",
    { becomes: textElem("You are a *******, really.") },
    { elements: [text("You are a badword, really.")] },
  ),
  "c2c-text-signed": c2c("400015838_2499790542_1767229999", "pass", { elements: [text("signed request")] }),
  "c2c-clean-text": c2c("400023757_2499685813_1767225780", "pass", { elements: [text("see you at 8")] }),
  "c2c-multi-element": c2c(
    "400031676_2499581084_1767225840",
    {
      becomes:
        `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"first ******* "}},` +
        `{"MsgType":"TIMFaceElem","MsgContent":{"Index":6,"Data":"smile"}},` +
        `{"MsgType":"TIMTextElem","MsgContent":{"Text":"and second *******"}}]`,
    },
    { elements: [text("first badword "), { kind: "face", label: "smile" }, text("and second BadWord")] },
  ),
  "c2c-word-split-across-elements": c2c(
    "400039595_2499476355_1767225900",
    {
      becomes: `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"***"}},{"MsgType":"TIMTextElem","MsgContent":{"Text":"****"}}]`,
    },
    { elements: [text("bad"), text("word")] },
  ),
  "c2c-custom-json": c2c(
    "400047514_2499371626_1767225960",
    {
      becomes: String.raw`[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"type\":\"card\",\"title\":\"******* card\",\"price\":12}","Desc":"card: ******* card","Ext":"{\"link\":\"https://example.com/c/1\"}","Sound":"ding.aiff"}}]`,
    },
    {
      elements: [
        {
          kind: "custom",
          description: "card: badword card",
          data: `{"type":"card","title":"badword card","price":12}`,
          extension: `{"link":"https://example.com/c/1"}`,
        },
      ],
    },
  ),
  "c2c-custom-binaryish": c2c("400055433_2499266897_1767226020", "pass", {
    elements: [{ kind: "custom", description: "MIF", data: "\b\u0001\u0010\u0006\u001a\u0006MaoTong", extension: "" }],
  }),
  "c2c-image": c2c("400063352_2499162168_1767226080", "pass", {
    elements: [{ kind: "opaque", type: "TIMImageElem" }],
  }),
  "c2c-file-name": c2c(
    "400071271_2499057439_1767226140",
    { flagged: `{${noteOf("flag")}}` },
    { elements: [{ kind: "file", name: "badword-notes.pdf" }] },
  ),
  "c2c-location": c2c(
    "400079190_2498952710_1767226200",
    {
      becomes: `[{"MsgType":"TIMLocationElem","MsgContent":{"Desc":"******* cafe","Latitude":29.340656774469956,"Longitude":116.77497920478824}}]`,
    },
    { elements: [{ kind: "location", description: "badword cafe" }] },
  ),
  "c2c-face-control-data": c2c("400087109_2498847981_1767226260", "pass", {
    elements: [{ kind: "opaque", type: "TIMFaceElem" }],
  }),
  "c2c-relay-merged": c2c(
    "400095028_2498743252_1767226320",
    { flagged: `{${noteOf("flag")}}` },
    {
      elements: [
        {
          kind: "merged",
          texts: [
            ...["Chat history", "Please upgrade to read merged messages."],
            ...["Anna: what a badword", "Ben: agreed", "what a badword", "agreed"],
          ],
        },
      ],
    },
  ),
  "c2c-relay-jsonmsgkey": c2c(
    "400102947_2498638523_1767226380",
    { flagged: `{${noteOf("flag")}}` },
    { elements: [{ kind: "merged", texts: ["Long history", "Please upgrade.", "Anna: hi", "Ben: badword"] }] },
  ),
  "c2c-rest-admin": c2c("400110866_2498533794_1767226440", "pass", {
    sender: "administrator" as UserId,
    customData: `{"src":"ops"}`,
    elements: [text("System notice: badword policy")],
  }),
  "c2c-online-only": c2c(
    "400118785_2498429065_1767226500",
    { refused: "online_only" },
    { unmodifiable: "online_only", elements: [text("typing badword...")] },
  ),
  "c2c-send-failed": c2c(
    "400126704_2498324336_1767226560",
    { refused: "send_failed" },
    { unmodifiable: "send_failed", elements: [text("badword badword")] },
  ),
  "c2c-send-failed-blacklisted": c2c("400134623_2498219607_1767226620", "pass", {
    unmodifiable: "send_failed",
    elements: [text("hello?")],
  }),
  "c2c-cloudcustomdata-empty": c2c(
    "400142542_2498114878_1767226680",
    { becomes: textElem("*******") },
    { customData: "", elements: [text("badword")] },
  ),
  "c2c-cloudcustomdata-json": c2c(
    "400150461_2498010149_1767226740",
    {
      becomes: textElem("******* indeed"),
      customData: `{"messageReply":{"messageID":"144115200000000002-1767225000-77","messageAbstract":"earlier badword text","messageSender":"user_ben"},"theme":"dark",${note}}`,
    },
    {
      customData: `{"messageReply":{"messageID":"144115200000000002-1767225000-77","messageAbstract":"earlier badword text","messageSender":"user_ben"},"theme":"dark"}`,
      elements: [text("badword indeed")],
    },
  ),
  "c2c-cloudcustomdata-json-array": c2c(
    "400158380_2497905420_1767226800",
    { becomes: textElem("*******"), skipped: "not_an_object" },
    { customData: "[1,2,3]", wrapped: `{"original":"[1,2,3]",${note}}`, elements: [text("badword")] },
  ),
  "c2c-cloudcustomdata-nonjson": c2c(
    "400166299_2497800691_1767226860",
    { becomes: textElem("*******"), skipped: "not_an_object" },
    { customData: "color=red;v=2", wrapped: `{"original":"color=red;v=2",${note}}`, elements: [text("badword")] },
  ),
  "c2c-msgkey-missing": c2c(
    "48374_2837546_1767229000",
    { becomes: textElem("old style *******") },
    { eventAt: undefined, elements: [text("old style badword")] },
  ),
  "c2c-unicode": c2c(
    "400182137_2497591233_1767226980",
    {
      becomes: textElem(
        "******* *\u200b*\u200b*\u200b*\u200b*\u200b*\u200b* 👨‍👩‍👧‍👦 🇨🇳 e\u0301 ** \u202e*******\u202c \u{20bb7}",
      ),
    },
    {
      elements: [
        text(
          "Ｂａｄｗｏｒｄ b\u200ba\u200bd\u200bw\u200bo\u200br\u200bd 👨‍👩‍👧‍👦 🇨🇳 e\u0301 坏词 \u202edrowdab\u202c \u{20bb7}",
        ),
      ],
    },
  ),
  "c2c-lone-surrogate": c2c(
    "400190056_2497486504_1767227040",
    { becomes: textElem(String.raw`broken \ud83d *******`) },
    { elements: [text("broken \ud83d badword")] },
  ),
  "c2c-very-long-text": c2c(
    "400197975_2497381775_1767227100",
    { becomes: textElem(LONG.replaceAll("badword", "*******")), skipped: "too_long" },
    { customData: `{"p":1}`, elements: [text(LONG)] },
  ),
};

const one = "@TGS#2EXAMPLE1";
const community = "@TGS#_@TGS#cEXAMPLE3";
const unknown = "@TLS#NOT_FOUND" as UserId;
const publicTextAt = group(
  [one, 101],
  1767230145,
  { becomes: textElem("@Ben *******!") },
  { elements: [text("@Ben badword!")] },
);

const inGroups: Readonly<Record<string, SampleRow>> = {
  "group-public-text-at": publicTextAt,
  "group-duplicate-of-public": publicTextAt,
  "group-private-work": group(
    ["work-room-7", 102],
    1767230190,
    { becomes: textElem("******* in the work group"), customData: `{"a":1,${note}}` },
    { groupType: "Private", customData: `{"a":1}`, elements: [text("badword in the work group")] },
  ),
  "group-chatroom-meeting-bare": group(
    ["@TGS#3EXAMPLE2", 103],
    1767230235,
    { becomes: textElem("*******") },
    { groupType: "ChatRoom", eventAt: undefined, elements: [text("badword")] },
  ),
  "group-community-topic": group(
    [community, 12, "@TGS#_@TGS#cEXAMPLE3@TOPIC#_general"],
    1767230280,
    { becomes: textElem("******* in a topic") },
    { groupType: "Community", elements: [text("badword in a topic")] },
  ),
  "group-community-no-topic": group(
    [community, 3],
    1767230325,
    { becomes: textElem("plain community *******") },
    { groupType: "Community", elements: [text("plain community badword")] },
  ),
  "group-avchatroom": group(
    ["00000000-0000-4000-8000-0000000000aa", 4],
    1767230500,
    { refused: "live_group" },
    {
      ...{ sender: unknown, groupType: "AVChatRoom", unmodifiable: "live_group", eventAt: epochMs(1767230500059) },
      elements: [text("badword live")],
    },
  ),
  "group-avchatroom-minimal": {
    kind: "message",
    read: {
      ref: {
        kind: "unnumbered",
        groupId: "34" as GroupId,
        digest: createHash("sha256").update(sampleNamed("group-avchatroom-minimal").body).digest("hex"),
      },
      sender: "user_anna" as UserId,
      operator: undefined,
      groupType: "AVChatRoom",
      sentAt: undefined,
      eventAt: undefined,
      unmodifiable: "live_group",
      elements: [{ kind: "custom", description: "", data: `{"userAction":4}`, extension: "" }],
      customData: undefined,
    },
    decision: "pass",
    order: undefined,
  },
  "group-live-type": group(
    ["live_room_1", 106],
    1767230370,
    { refused: "live_group" },
    { groupType: "Live", unmodifiable: "live_group", elements: [text("badword in LiveKit")] },
  ),
  "group-admin-operator": group(
    [one, 107],
    1767230415,
    { becomes: textElem("******* posted on behalf of Carol") },
    {
      ...{ sender: "user_carol" as UserId, operator: "administrator" },
      elements: [text("badword posted on behalf of Carol")],
    },
  ),
  "group-online-only": group(
    [one, 108],
    1767230460,
    { refused: "online_only" },
    { unmodifiable: "online_only", elements: [text("badword, online members only")] },
  ),
  "group-eventtime-string": group(
    [one, 109],
    1767230505,
    { becomes: textElem("*******") },
    { eventAt: epochMs(1767231000123), elements: [text("badword")] },
  ),
  "group-unknown-element": group(
    [one, 110],
    1767230550,
    {
      becomes:
        `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"******* "}},` +
        `{"MsgType":"TIMFutureElem","MsgContent":{"Foo":1,"Nested":{"Bar":"x"}}}]`,
    },
    { elements: [text("badword "), { kind: "opaque", type: "TIMFutureElem" }] },
  ),
};

const elsewhere: Readonly<Record<string, SampleRow>> = {
  "c2c-before-send": { kind: "unused" },
  "group-before-send": { kind: "unused" },
  "c2c-after-modify-client": { kind: "edit" },
  "c2c-after-modify-own": { kind: "edit" },
  "group-after-modify-client": { kind: "edit" },
  "c2c-after-withdraw": { kind: "recall" },
  "group-after-recall": { kind: "recall" },
  "group-send-exception": { kind: "unused" },
  "state-change": { kind: "unused" },
  "group-new-member-join": { kind: "unused" },
  "c2c-msg-report": { kind: "unused" },
  "bot-on-c2c-message": { kind: "unused" },
  "content-callback-result": { kind: "unused" },
  "alert-request-over-limit": { kind: "alert" },
  "wrong-sdkappid": { kind: "forbidden", why: "sdk_app_id" },
};

export const sampleTable: Readonly<Record<string, SampleRow>> = { ...oneToOne, ...inGroups, ...elsewhere };
