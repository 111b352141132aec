// Twenty million facts in one engine, with more ids of one type than a V8 Map has room for (2^24): do they load and answer?
//   npm run bench:scale                      20,000,000 facts; a few minutes and some 4 GB
//   npm run bench:scale -- --facts 2000000   fewer
import { parseArgs } from "node:util";
import { createEngine } from "../../dist/src/index.js";
import { factOf, policy } from "../arcturus-peer.mjs";
import { loop, loopAsync, precise, save } from "./measure.mjs";

const { values } = parseArgs({ options: { facts: { type: "string", default: "20000000" } } });
if (globalThis.gc === undefined) throw new Error("run me with --expose-gc");

const facts = Number(values.facts);
const BATCH = 10_000;
const users = Math.ceil(facts / 100);
const organizations = Math.ceil(facts / 10_000);

/** Of every twenty facts eighteen put an issue below its repository, one the repository below its organization, one grants a role. */
function tuple(i) {
  const repo = Math.floor(i / 20);
  if (i % 20 === 0) return ["has_relation", "Repo", `r${repo}`, "parent", "Org", `o${repo % organizations}`];
  if (i % 20 === 1) return ["has_role", "User", `u${(repo * 7919) % users}`, "reader", "Repo", `r${repo}`];
  return ["has_relation", "Issue", `i${i}`, "parent", "Repo", `r${repo}`];
}

const memory = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return { own: heapUsed + external + arrayBuffers, heap: heapUsed, rss };
};

const before = memory();
const engine = await createEngine({ policy });
const start = performance.now();
let said = 0;
for (let i = 0; i < facts; i += BATCH) {
  const length = Math.min(BATCH, facts - i);
  await engine.bulkTell(Array.from({ length }, (_, k) => factOf(tuple(i + k))));
  const part = Math.floor(((i + length) / facts) * 10);
  if (part > said)
    console.log(`${(said = part) * 10} % told after ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
const loadSeconds = (performance.now() - start) / 1000;
const told = memory();

// Every question's answer is known: the reader of a repository may view its issues, nobody else may.
const asked = Array.from({ length: 16_384 }, (_, n) => {
  const repo = Math.floor((n * (facts / 20)) / 16_384);
  const reader = (repo * 7919) % users;
  return {
    reader: { type: "User", id: `u${reader}` },
    other: { type: "User", id: `u${(reader + 1) % users}` },
    issue: { type: "Issue", id: `i${Math.min(repo * 20 + 2 + (n % 18), facts - 1)}` },
  };
});
let wrong = 0;
for (const { reader, other, issue } of asked) {
  if (engine.decide(reader, "view", issue) !== true || engine.decide(other, "view", issue) !== false) wrong++;
}
const user = asked[100].reader;
const ids = await engine.list(user, "view", "Issue");
const expected = Array.from({ length: facts / 20 }, (_, repo) => repo).filter(
  (r) => `u${(r * 7919) % users}` === user.id,
);
if (ids.length !== expected.length * 18) wrong++;
const after = memory();

const mask = asked.length - 1;
const check = loop((i) => engine.decide(asked[i & mask].reader, "view", asked[i & mask].issue), 2_000);
const list = await loopAsync((i) => engine.list(asked[i & mask].reader, "view", "Issue"), 1_000);
const actions = await loopAsync((i) => engine.actions(asked[i & mask].reader, asked[i & mask].issue), 1_000);

const row = {
  facts,
  "ids of one type": (facts / 20) * 18,
  "load s": precise(loadSeconds),
  "facts/s": Math.round(facts / loadSeconds),
  "heap B/fact": precise((told.heap - before.heap) / facts),
  "heap + buffers B/fact": precise((told.own - before.own) / facts),
  "after questions B/fact": precise((after.own - before.own) / facts),
  "rss GB": precise(after.rss / 1e9),
  "decide/s": Math.round(1e6 / check),
  "list/s": Math.round(1e6 / list),
  "actions/s": Math.round(1e6 / actions),
  wrong,
};
console.table([row]);
save("twenty-million", { rows: [row] });
await engine.close();
if (wrong > 0) process.exitCode = 1;
