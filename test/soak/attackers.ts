import { connect, type Socket } from "node:net";
import { type Attack, attacks } from "./attacks.js";

/*
 * Many attackers in one process of their own. Arguments: the port, the name of the attack, the local address. Says how many
 * requests were answered, by status, when its parent asks, and ends with its parent's channel.
 */
const [port = "", name = "", localAddress = "127.0.0.1"] = process.argv.slice(2);
const attack = attacks.find((one) => one.name === name);
if (attack === undefined) throw new Error(`there is no attack \`${name}\``);

const statuses = new Map<string, number>();
const count = (status: string): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1);

function open(): Socket {
  return connect({ port: Number(port), host: "127.0.0.1", localAddress });
}

/** Sends requests one after the other, on one connection as long as it lasts. */
function run({ requests = [], reconnects = false }: Attack, start: number): void {
  let at = start;
  const begin = (): void => {
    const socket = open();
    let pending = "";
    const send = (): void => void socket.write(requests[at++ % requests.length]!);
    socket.on("connect", send);
    socket.on("data", (data) => {
      pending += data.toString("latin1");
      const length = answerLength(pending);
      if (length === undefined || pending.length < length) return;
      count(pending.slice(9, 12));
      pending = "";
      if (reconnects) socket.destroy();
      else send();
    });
    socket.on("error", () => count("refused"));
    socket.on("close", () => setTimeout(begin, reconnects ? 0 : 20));
  };
  begin();
}

/** How long an answer is in all, once its head is there. */
function answerLength(text: string): number | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return undefined;
  const [, length] = /content-length: (\d+)/i.exec(text.slice(0, head)) ?? [];
  if (length !== undefined) return head + 4 + Number(length);
  if (!/transfer-encoding: chunked/i.test(text.slice(0, head))) return head + 4;
  return text.endsWith("0\r\n\r\n") ? text.length : undefined;
}

/** Begins a request and never ends it. */
function dawdle(text: Buffer): void {
  const begin = (): void => {
    const socket = open();
    let sent = text.indexOf("\r\n\r\n") + 4;
    socket.on("connect", () => socket.write(text.subarray(0, sent)));
    const drip = setInterval(() => {
      if (!socket.writable) return;
      socket.write(text.subarray(sent, sent + 1));
      if (++sent >= text.length - 1) clearInterval(drip);
    }, 1_000);
    socket.on("data", (data) => count(data.toString("latin1", 9, 12)));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(drip);
      setTimeout(begin, 50);
    });
  };
  begin();
}

for (let i = 0; i < attack.connections; i++) {
  if (attack.slow !== undefined) dawdle(attack.slow);
  else run(attack, i * 13);
}
process.on("message", () => process.send?.(Object.fromEntries(statuses)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
