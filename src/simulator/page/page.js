/** Keeps the page in step with the simulator: loads the state, listens for changes, sends what is said. */
import { element, row } from "/bubble.js";

/** A long chat is shown from its newest messages; older ones are one control route away. */
const MESSAGES_SHOWN_MAX = 200;
/** A burst of changes is drawn once. */
const SETTLE_MS = 60;

const find = (id) => document.getElementById(id);
const chats = find("chats");
const messages = find("messages");
const problem = find("problem");
const from = find("from");
const text = find("text");

let selected = chatInAddress();
let conversations = [];
let editing;
let pinned = true;

function chatInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    // Typed or cut off by hand: as good as none.
    return undefined;
  }
}

async function ask(path, body) {
  const sending = { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await fetch(`/simulator/${path}`, body === undefined ? {} : sending);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

function connection(lost) {
  const line = find("connection");
  line.hidden = !lost;
  line.textContent = lost ? "Connection lost. What you see may be old; trying again by itself…" : "";
}

async function refresh() {
  ({ conversations } = await ask("conversations"));
  conversations.sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0));
  if (!conversations.some(({ id }) => id === selected)) selected = conversations[0]?.id;
  drawChats();
  await drawMessages();
}

const nameOf = (chat) =>
  chat.kind === "c2c" ? chat.members.join(" & ") : (chat.topicId ?? chat.groupId).replace(/^.*@TOPIC#_/, "");

function drawChats() {
  const items = conversations.map((chat) => {
    const button = element("button", "", element("b", "", nameOf(chat)));
    const kind = chat.kind === "c2c" ? "one to one" : chat.groupType;
    button.append(element("small", "", `${kind} · ${chat.count}`));
    button.append(element("span", "last", chat.lastSender ? `${chat.lastSender}: ${chat.lastText || "…"}` : ""));
    button.type = "button";
    if (chat.id === selected) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => choose(chat.id));
    return element("li", "", button);
  });
  chats.replaceChildren(...items);
  if (items.length === 0) chats.append(element("li", "empty", "No chats yet."));
}

function choose(id) {
  selected = id;
  pinned = true;
  history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  stopEditing();
  from.value = "";
  refreshSoon();
}

async function drawMessages() {
  if (selected === undefined) return messages.replaceChildren();
  const wanted = selected;
  const path = `conversations/${encodeURIComponent(wanted)}/messages?limit=${MESSAGES_SHOWN_MAX}`;
  const { messages: list } = await ask(path);
  // The reader may have gone to another chat meanwhile.
  if (wanted !== selected) return;
  const chat = conversations.find(({ id }) => id === wanted);
  const users = [...new Set([...(chat?.members ?? []), ...list.map(({ sender }) => sender)])];
  find("users").replaceChildren(...users.map((user) => new Option(user, user)));
  if (from.value === "") from.value = users[0] ?? "anna";
  messages.replaceChildren(...list.map((message) => row(message, { edit: startEditing, recall })));
  if (pinned) messages.scrollTop = messages.scrollHeight;
}

let waiting;
let drawing = Promise.resolve();
function refreshSoon() {
  waiting ??= setTimeout(() => {
    waiting = undefined;
    // One after the other: an old answer must not overwrite a newer one.
    drawing = drawing.then(refresh).then(
      () => connection(events.readyState !== EventSource.OPEN),
      () => connection(true),
    );
  }, SETTLE_MS);
}

async function attempt(action) {
  problem.hidden = true;
  try {
    await action();
  } catch (error) {
    problem.textContent = error instanceof TypeError ? "The simulator does not answer." : error.message;
    problem.hidden = false;
  }
}

function startEditing(message) {
  editing = message;
  find("editing").hidden = false;
  find("editing-what").textContent = `Editing a message of ${message.sender}.`;
  find("send").textContent = "Save";
  from.value = message.sender;
  text.value = message.original.text;
  text.focus();
}

function stopEditing() {
  editing = undefined;
  find("editing").hidden = true;
  find("send").textContent = "Send";
  text.value = "";
}

const recall = (message) => attempt(() => ask("recall", { id: message.id }));

function placeOf(chat) {
  if (chat.kind === "group") return { group: chat.groupId, ...(chat.topicId ? { topic: chat.topicId } : {}) };
  const [one, other] = chat.members;
  if (from.value !== one && from.value !== other) throw new Error(`Only ${one} and ${other} talk here.`);
  return { to: from.value === one ? other : one };
}

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    pinned = true;
    if (editing) await ask("edit", { id: editing.id, by: from.value, text: text.value });
    else {
      const chat = conversations.find(({ id }) => id === selected);
      if (!chat) throw new Error("Start a chat first.");
      await ask("say", { from: from.value, ...placeOf(chat), text: text.value });
    }
    stopEditing();
  });
});

find("cancel").addEventListener("click", stopEditing);

text.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter chooses a word and must not send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  find("say").requestSubmit();
});

find("start-kind").addEventListener("change", ({ target }) => {
  find("start-with-label").textContent = target.value === "to" ? "You talk to" : "Group";
});

find("start").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const place = { [find("start-kind").value]: find("start-with").value };
    const { conversation } = await ask("say", { from: find("start-from").value, ...place, text: "Hello!" });
    find("new-chat").open = false;
    choose(conversation);
    from.value = find("start-from").value;
  });
});

messages.addEventListener("scroll", () => {
  pinned = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
});
new ResizeObserver(() => {
  if (pinned) messages.scrollTop = messages.scrollHeight;
}).observe(messages);

const events = new EventSource("/simulator/events");
events.addEventListener("open", () => {
  connection(false);
  refreshSoon();
});
events.addEventListener("change", refreshSoon);
events.addEventListener("error", () => connection(true));
