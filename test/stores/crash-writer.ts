import { writeSync } from "node:fs";
import type { StoredFact } from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";

/*
 * The process that the crash test kills: writes single facts, batches and deletions, many at a time, and says on its
 * output what was acknowledged, in the order in which it was.
 */

const [path, round] = process.argv.slice(2);
if (path === undefined || round === undefined) throw new Error("the path of the database and the round are missing");

const store = sqliteStore(path);
await store.open();
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const fact = (predicate: string, ...numbers: number[]): StoredFact => ({
  predicate,
  args: [round, ...numbers.map(String)],
});

for (let n = 0; ; n++) {
  const batch = Array.from({ length: 50 }, (_, part) => fact("batch", n, part));
  const writes = [
    store.write({ deletes: [], inserts: [fact("single", n)] }).then(() => say(`single ${n}`)),
    store.write({ deletes: [], inserts: batch }).then(() => say(`batch ${n}`)),
  ];
  if (n % 5 === 4) {
    const gone = n - 3;
    writes.push(store.write({ deletes: [fact("single", gone)], inserts: [] }).then(() => say(`deleted ${gone}`)));
  }
  // Sometimes the next writes start before these are acknowledged.
  if (n % 3 !== 0) await Promise.all(writes);
}
