import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { attacks } from "./attacks.js";

/*
 * What attackers cost a polite client: its latencies alone and beside each attack, in turns, so that what else the machine
 * does weighs on both. Nothing here passes or fails on time.
 *   npm run soak                                   each attack, four times five seconds, each beside as long without
 *   npm run soak -- --only "2,000 aliases"         one of them
 *   npm run soak -- --rounds 2 --seconds 3
 */
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "4" },
    seconds: { type: "string", default: "5" },
  },
});
const rounds = Number(options.rounds);
const time = Number(options.seconds) * 1_000;

const children = new Set<ChildProcess>();
function start(file: string, args: readonly string[] = []): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}
process.on("exit", () => {
  for (const child of children) child.kill();
});

async function ask<T>(child: ChildProcess, message: unknown): Promise<T> {
  const answer = once(child, "message");
  child.send(message as number);
  return (await answer)[0] as T;
}

interface Usage {
  /** Milliseconds. */
  readonly cpu: number;
  readonly rss: number;
  readonly heapUsed: number;
}
interface Polite {
  readonly latencies: readonly number[];
  readonly failed: number;
}

const server = start("server.ts");
const [{ url }] = (await once(server, "message")) as [{ url: string }];
const { port } = new URL(url);
const polite = start("polite.ts", [url]);
await once(polite, "message");
await ask<Polite>(polite, 1_500);

const chosen = attacks.filter(({ name }) => options.only === undefined || options.only === name);
const lines: string[][] = [];
for (const { name, connections } of chosen) {
  const alone: number[] = [];
  const beside: number[] = [];
  const answered = new Map<string, number>();
  let [failed, cpu, rss] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    alone.push(...(await ask<Polite>(polite, time)).latencies);
    const attackers = start("attackers.ts", [port, name, "127.0.0.2"]);
    await once(attackers, "message");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const earlier = await ask<Record<string, number>>(attackers, "statuses");
    const before = await ask<Usage>(server, "usage");
    const found = await ask<Polite>(polite, time);
    const after = await ask<Usage>(server, "usage");
    beside.push(...found.latencies);
    failed += found.failed;
    cpu += after.cpu - before.cpu;
    rss = Math.max(rss, after.rss);
    for (const [status, count] of Object.entries(await ask<Record<string, number>>(attackers, "statuses"))) {
      answered.set(status, (answered.get(status) ?? 0) + count - (earlier[status] ?? 0));
    }
    attackers.disconnect();
    await once(attackers, "exit");
  }
  const { heapUsed } = await ask<Usage>(server, "collect");
  const ratio = (share: number): string => (quantile(beside, share) / quantile(alone, share)).toFixed(1);
  const perSecond = (count: number): number => Math.round((count * 1_000) / (rounds * time));
  const load = [...answered].map(([status, count]) => `${perSecond(count)} × ${status}`).join(", ");
  lines.push([
    name,
    String(connections),
    load === "" ? "–" : load,
    `${milliseconds(alone, 0.5)} / ${milliseconds(alone, 0.99)}`,
    `${milliseconds(beside, 0.5)} / ${milliseconds(beside, 0.99)}`,
    `${ratio(0.5)} / ${ratio(0.99)}`,
    String(failed),
    `${Math.round((cpu / (rounds * time)) * 100)} %`,
    `${Math.round(rss / 1e6)} MB`,
    `${Math.round(heapUsed / 1e6)} MB`,
  ]);
  process.stderr.write(`${lines.at(-1)?.join(" | ")}\n`);
}
server.disconnect();
polite.disconnect();

const head = [
  "attack",
  "connections",
  "answered per second",
  "alone, p50 / p99 ms",
  "beside it",
  "ratio",
  "failed",
  "CPU of the server",
  "its memory",
  "live afterwards",
];
process.stdout.write(
  `${[head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`,
);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function milliseconds(values: readonly number[], share: number): string {
  return quantile(values, share).toFixed(1);
}
