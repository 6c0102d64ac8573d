/** Draws messages. Whatever a user wrote enters the page as text content, never as markup. */
import { notesIn, parse, quoteIn } from "/note.js";

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const NOTE_VERBS = { mask: "masked", flag: "flagged", restore: "restored" };

/** One row: what was said on the left, what is seen now on the right. */
export function row(message, actions) {
  const note = notesIn(message.current.customData).at(-1);
  const changed = message.current.rawBody !== message.original.rawBody;
  const made = element("li", note ? `row ${note.action}` : "row");
  const said = bubble(message, message.original, "said");
  const seen = message.recalled ? gone(message) : bubble(message, message.current, changed ? "seen changed" : "seen");
  if (note && !message.recalled) seen.append(noteLine(note));
  else if (message.current.how === "edited" && !message.recalled) {
    seen.append(element("p", "note", `edited by ${message.current.by}`));
  }
  if (!message.modifiable)
    seen.append(element("p", "note", message.onlineOnly ? "online-only: never stored" : "live group: never stored"));
  else if (!message.recalled) seen.append(buttons(message, actions));
  made.append(said, seen);
  return made;
}

function bubble(message, version, className) {
  const made = element("article", `bubble ${className}`);
  const when = element("time", "", CLOCK.format(message.sentAt));
  when.dateTime = new Date(message.sentAt).toISOString();
  made.append(element("p", "who", avatar(message.sender), element("b", "", message.sender), when));
  const quote = quoteIn(version.customData);
  if (quote) made.append(element("blockquote", "", element("b", "", quote.sender), ` ${quote.text}`));
  made.append(element("p", "words", ...(parse(version.rawBody) ?? []).map(part)));
  return made;
}

/** A colour for each name, by a class: styles cannot be written from here. */
function avatar(name) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  const made = element("span", `avatar tone${sum % 6}`, [...name][0]?.toUpperCase() ?? "?");
  made.ariaHidden = "true";
  return made;
}

function part({ MsgType, MsgContent }) {
  const content = MsgContent ?? {};
  switch (MsgType) {
    case "TIMTextElem":
      return element("span", "", content.Text ?? "");
    case "TIMFaceElem":
      return element("span", "chip", `☺ ${content.Data || content.Index || "face"}`);
    case "TIMLocationElem":
      return element("span", "chip", `◎ ${content.Desc ?? "a place"}`);
    case "TIMCustomElem":
      return element("span", "chip", `◆ ${content.Desc || content.Data || "custom"}`);
    case "TIMFileElem":
      return element("span", "chip", `▤ ${content.FileName ?? "a file"}`);
    default:
      return element("span", "chip", String(MsgType).replace(/^TIM|Elem$/g, ""));
  }
}

function noteLine(note) {
  const made = element("p", "note", element("b", "", NOTE_VERBS[note.action] ?? note.action));
  for (const rule of note.rules) made.append(" ", element("code", "", rule));
  made.title = `The note that Emend left in CloudCustomData, ${new Date(note.at).toLocaleString()}`;
  return made;
}

const gone = (message) =>
  element(
    "article",
    "bubble seen gone",
    element("p", "words", `${message.recalledBy ?? message.sender} recalled a message.`),
  );

function buttons(message, { edit, recall }) {
  const made = element("p", "actions");
  for (const [label, act] of [
    ["Edit", edit],
    ["Recall", recall],
  ]) {
    const button = element("button", "", label);
    button.type = "button";
    button.ariaLabel = `${label} this message as ${message.sender}`;
    button.addEventListener("click", () => act(message));
    made.append(button);
  }
  return made;
}
