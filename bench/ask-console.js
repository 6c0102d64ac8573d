// Asks a console without pause until it is told to end, then prints how many answers it had: `ask-console.js PORT TOKEN`.
const [port, token] = process.argv.slice(2);
const EXPORTS = ["/audit/export?format=csv", "/audit/export?format=jsonl"];
const SEARCHES = [
  "/messages?q=%E6%88%91%E4%BB%AC",
  "/messages?q=have&sender=user0",
  "/messages?decision=pass&sender=user1",
  "/stats",
];

let answers = 0;
async function askOn(path) {
  for (;;) {
    const answer = await globalThis.fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    for await (const chunk of answer.body) if (EXPORTS.includes(path) && chunk.length > 0) answers++;
    if (!EXPORTS.includes(path)) answers++;
  }
}

process.on("SIGTERM", () => {
  process.stdout.write(String(answers));
  process.exit(0);
});
await Promise.all([...EXPORTS, ...SEARCHES].map(askOn));
