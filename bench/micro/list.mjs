// `list` by the size of its answer, in a world of 1,000,000 issues; beside a hand-written walk over indexes of Maps.
import { createEngine } from "../../dist/src/index.js";
import { policy, tellAll } from "../arcturus-peer.mjs";
import { compare, precise, save } from "./measure.mjs";

const ISSUES = 1_000_000;
const PER_REPO = 10;

const tuples = [];
for (let i = 0; i < ISSUES; i++) {
  tuples.push(["has_relation", "Issue", `i${i}`, "parent", "Repo", `r${Math.floor(i / PER_REPO)}`]);
}
const sizes = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
let next = 0;
for (const size of sizes) {
  for (let i = 0; i < size / PER_REPO; i++) {
    tuples.push(["has_role", "User", `u${size}`, "reader", "Repo", `r${(next + i) % (ISSUES / PER_REPO)}`]);
  }
  next += size / PER_REPO;
}
const engine = await createEngine({ policy });
await tellAll(engine, tuples);

const reposOf = new Map();
const issuesOf = new Map();
for (const [predicate, , subject, , , object] of tuples) {
  const index = predicate === "has_role" ? reposOf : issuesOf;
  const [key, value] = predicate === "has_role" ? [subject, object] : [object, subject];
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
}
const walk = (user) => {
  const answer = [];
  for (const repo of reposOf.get(user) ?? []) for (const issue of issuesOf.get(repo) ?? []) answer.push(issue);
  return answer;
};

const rows = [];
for (const size of sizes) {
  const user = { type: "User", id: `u${size}` };
  const answer = await engine.list(user, "view", "Issue");
  if (answer.length !== size || walk(user.id).length !== size)
    throw new Error(`${answer.length} ids instead of ${size}`);
  const [hand, ours] = await compare(
    {
      hand: { call: () => walk(user.id) },
      arcturus: { call: () => engine.list(user, "view", "Issue"), async: true },
    },
    { rounds: 5, ms: 300 },
  );
  rows.push({
    ids: size,
    "hand-written ms": precise(hand.microseconds / 1000),
    "arcturus ms": precise(ours.microseconds / 1000),
    ratio: precise(ours.ratio),
    "ns per id": precise((ours.microseconds * 1000) / size),
  });
}
console.table(rows);
save("list", { rows });
await engine.close();
