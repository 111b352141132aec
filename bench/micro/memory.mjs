// Bytes of memory per fact, and how fast facts come in. Needs --expose-gc.
//   node --expose-gc bench/micro/memory.mjs                                             100,000 and 1,000,000 facts
//   node --expose-gc --max-old-space-size=12000 bench/micro/memory.mjs --facts 20000000
import { parseArgs } from "node:util";
import { createEngine } from "../../dist/src/index.js";
import { factOf, policy } from "../arcturus-peer.mjs";
import { loop, precise, save } from "./measure.mjs";

const { values } = parseArgs({ options: { facts: { type: "string", default: "100000,1000000" } } });
if (globalThis.gc === undefined) throw new Error("run me with --expose-gc");

const BATCH = 10_000;
const sample = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, external: external + arrayBuffers, rss };
};

/** Of every ten facts eight put an issue below its repository, one a repository below its organization, one grants a role. */
function tuple(i, facts) {
  const organizations = Math.max(1, Math.floor(facts / 10_000));
  const users = Math.max(1, Math.floor(facts / 50));
  const repo = Math.floor(i / 10);
  switch (i % 10) {
    case 0:
      return ["has_relation", "Repo", `r${repo}`, "parent", "Org", `o${repo % organizations}`];
    case 1:
      return ["has_role", "User", `u${(repo * 7919) % users}`, "reader", "Repo", `r${repo}`];
    default:
      return ["has_relation", "Issue", `i${i}`, "parent", "Repo", `r${repo}`];
  }
}

const rows = [];
for (const facts of values.facts.split(",").map(Number)) {
  const before = sample();
  const start = performance.now();
  const engine = await createEngine({ policy });
  for (let i = 0; i < facts; i += BATCH) {
    const length = Math.min(BATCH, facts - i);
    await engine.bulkTell(Array.from({ length }, (_, k) => factOf(tuple(i + k, facts))));
  }
  const seconds = (performance.now() - start) / 1000;
  const told = sample();

  // The indexes that only a question needs exist after the first one of each kind.
  const user = { type: "User", id: "u0" };
  await engine.list(user, "view", "Issue");
  await engine.actions(user, { type: "Issue", id: "i2" });
  const asked = sample();

  const issues = Array.from({ length: 4096 }, (_, i) => ({
    user: { type: "User", id: `u${(i * 7919) % Math.max(1, Math.floor(facts / 50))}` },
    issue: { type: "Issue", id: `i${Math.floor((i * facts) / 4096 / 10) * 10 + 2}` },
  }));
  const check = loop((i) => engine.decide(issues[i & 4095].user, "view", issues[i & 4095].issue), 1000);

  rows.push({
    facts,
    "load s": precise(seconds),
    "facts/s": Math.round(facts / seconds),
    "heap B/fact": precise((told.heap - before.heap) / facts),
    "buffers B/fact": precise((told.external - before.external) / facts),
    "heap + buffers after list and actions": precise(
      (asked.heap + asked.external - before.heap - before.external) / facts,
    ),
    "rss B/fact": precise((asked.rss - before.rss) / facts),
    "check µs": precise(check),
  });
  await engine.close();
}
console.table(rows);
save("memory", { rows });
