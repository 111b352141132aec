// How long one turn of the event loop is held while a list of a million ids is made: processor time in the longest turn,
// and the delay that `perf_hooks` sees (which, on a busy machine, other processes lengthen).
//   node --expose-gc bench/micro/event-loop.mjs
//   node --expose-gc bench/micro/event-loop.mjs --ids 400000 --rounds 3
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { createEngine } from "../../dist/src/index.js";
import { policy, tellAll } from "../arcturus-peer.mjs";
import { precise, save } from "./measure.mjs";

const { values } = parseArgs({
  options: { ids: { type: "string", default: "1000000" }, rounds: { type: "string", default: "5" } },
});
const ids = Number(values.ids);
const rounds = Number(values.rounds);

/** Milliseconds of processor that this process has used, with the helpers of V8: somewhat more than the main thread did. */
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs `work` beside a turn counter. */
async function measure(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let longest = 0;
  let turns = 0;
  let before = processor();
  let going = true;
  const tick = () => {
    const now = processor();
    longest = Math.max(longest, now - before);
    turns++;
    before = processor();
    if (going) setImmediate(tick);
  };
  delay.enable();
  // Until the monitor's own timer, of a millisecond, is at work.
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  before = processor();
  setImmediate(tick);
  const began = performance.now();
  const used = processor();
  const answer = await work();
  const total = performance.now() - began;
  const cpu = processor() - used;
  await new Promise((resolve) => setImmediate(resolve));
  going = false;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { answer, turns, longest, delay: delay.max / 1e6, total, cpu };
}

const user = { type: "User", id: "u" };
const worlds = {
  // One user, ten issues a repository.
  "ten a repository": function* () {
    for (let i = 0; i < ids; i++) yield ["has_relation", "Issue", `i${i}`, "parent", "Repo", `r${Math.floor(i / 10)}`];
    for (let i = 0; i < ids / 10; i++) yield ["has_role", "User", "u", "reader", "Repo", `r${i}`];
  },
  "one organization": function* () {
    for (let i = 0; i < ids; i++) yield ["has_relation", "Issue", `i${i}`, "parent", "Repo", `r${Math.floor(i / 10)}`];
    for (let i = 0; i < ids / 10; i++) yield ["has_relation", "Repo", `r${i}`, "parent", "Org", "o"];
    yield ["has_role", "User", "u", "member", "Org", "o"];
  },
  "one repository": function* () {
    for (let i = 0; i < ids; i++) yield ["has_relation", "Issue", `i${i}`, "parent", "Repo", "r"];
    yield ["has_role", "User", "u", "reader", "Repo", "r"];
  },
};

const rows = [];
for (const [name, world] of Object.entries(worlds)) {
  const engine = await createEngine({ policy });
  await tellAll(engine, world());
  globalThis.gc?.();
  for (let round = 0; round <= rounds; round++) {
    const { answer, ...seen } = await measure(() => engine.list(user, "view", "Issue"));
    if (answer.length !== ids) throw new Error(`${answer.length} ids instead of ${ids}`);
    rows.push({ world: name, round: round === 0 ? "first" : round, ...seen });
  }
  await engine.close();
}
const table = rows.map(({ world, round, turns, longest, delay, total, cpu }) => ({
  world,
  round,
  turns,
  "longest turn, ms of processor": precise(longest),
  "longest delay ms": precise(delay),
  "whole list ms": precise(total),
  "ms of processor": precise(cpu),
}));
console.table(table);
save("event-loop", { rows: table });
