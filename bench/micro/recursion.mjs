// Deep recursion: a chain of folders, the role at its top, the question at its bottom; beside a hand-written walk over Maps.
import { createEngine } from "../../dist/src/index.js";
import { tellAll } from "../arcturus-peer.mjs";
import { compare, precise, save } from "./measure.mjs";

const policy = `
actor User {}
resource Folder {
  roles = ["reader"];
  permissions = ["read"];
  relations = { parent: Folder };
  "read" if "reader";
  "reader" if "reader" on "parent";
}
`;

const rows = [];
for (const depth of [1, 10, 100, 1_000, 10_000]) {
  const engine = await createEngine({ policy });
  const tuples = [["has_role", "User", "alice", "reader", "Folder", "f0"]];
  for (let i = 1; i <= depth; i++) tuples.push(["has_relation", "Folder", `f${i}`, "parent", "Folder", `f${i - 1}`]);
  await tellAll(engine, tuples);

  const parents = new Map(tuples.slice(1).map((t) => [t[2], t[5]]));
  const readers = new Map([["alice", new Set(["f0"])]]);
  const walk = (user, folder) => {
    const own = readers.get(user);
    if (own === undefined) return false;
    for (let f = folder; f !== undefined; f = parents.get(f)) if (own.has(f)) return true;
    return false;
  };

  // Fresh objects and strings for every question, as a request would bring them.
  const questions = JSON.parse(
    JSON.stringify(
      Array.from({ length: 64 }, (_, i) => ({
        user: { type: "User", id: i % 2 === 0 ? "alice" : "bob" },
        folder: { type: "Folder", id: `f${depth}` },
      })),
    ),
  );
  for (const [i, q] of questions.entries()) {
    const expected = i % 2 === 0;
    if (engine.decide(q.user, "read", q.folder) !== expected || walk(q.user.id, q.folder.id) !== expected) {
      throw new Error(`wrong answer at depth ${depth}`);
    }
  }
  const [hand, ours] = await compare({
    hand: { call: (i) => walk(questions[i % 64].user.id, questions[i % 64].folder.id) },
    arcturus: { call: (i) => engine.decide(questions[i % 64].user, "read", questions[i % 64].folder) },
  });
  rows.push({
    depth,
    "hand-written µs": precise(hand.microseconds),
    "arcturus µs": precise(ours.microseconds),
    ratio: precise(ours.ratio),
  });
  await engine.close();
}
console.table(rows);
save("recursion", { rows });
