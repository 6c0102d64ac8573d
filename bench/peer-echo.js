// The peer of the receiving bench: what most teams start with. It reads the JSON, answers, and stores nothing.
import express from "express";
import helmet from "helmet";

const app = express();
app.use(helmet());
app.use(express.json());
app.post("/callback", (request, response) => {
  response.json({ ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0, echo: request.body.MsgKey });
});
app.listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.("ready"));
