import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { sqliteStore } from "../../src/stores/sqlite/index.js";
import { runs } from "../support/effort.js";

const rounds = runs(15);
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** What a writer that was killed had been told. */
interface Acknowledged {
  readonly single: ReadonlySet<number>;
  readonly batches: ReadonlySet<number>;
  readonly deleted: ReadonlySet<number>;
}

/** The writer deletes these again, three rounds of its loop after it told them. */
function isDeletedLater(n: number): boolean {
  return n % 5 === 1;
}

/** Lets a process write until it has said so much, then kills it in the middle of whatever it is doing. */
async function writeAndKill(path: string, round: number): Promise<Acknowledged> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", new URL("./crash-writer.ts", import.meta.url).pathname, path, String(round)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const single = new Set<number>();
  const batches = new Set<number>();
  const deleted = new Set<number>();
  // A number of acknowledgements and a moment after it that differ from round to round, so that the blow falls on
  // every kind of work.
  const enough = 10 + ((round * 7) % 30);
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, number] = line.split(" ");
    if (kind === "single") single.add(Number(number));
    else if (kind === "batch") batches.add(Number(number));
    else if (kind === "deleted") deleted.add(Number(number));
    if (++heard === enough) setTimeout(() => child.kill("SIGKILL"), round % 5);
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal, "the writer was killed and did not end by itself").toBe("SIGKILL");
  return { single, batches, deleted };
}

test(
  `R71: after kill -9 in the middle of writing, ${rounds} times over, every acknowledged fact is there and no batch in part`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "arcturus-crash-"));
    folders.push(folder);
    const path = join(folder, "facts.db");
    let acknowledged = 0;
    for (let round = 0; round < rounds; round++) {
      const told = await writeAndKill(path, round);
      const store = sqliteStore(path);
      await store.open();
      const present = new Set<string>();
      for (const { predicate, args } of store.tables.facts()) present.add(`${predicate} ${args.join(" ")}`);
      for (const n of told.single) {
        // A deletion may be on the disk without having been acknowledged.
        if (!isDeletedLater(n)) expect(present.has(`single ${round} ${n}`), `single ${n} of round ${round}`).toBe(true);
      }
      for (const n of told.deleted)
        expect(present.has(`single ${round} ${n}`), `deleted ${n} of round ${round}`).toBe(false);
      for (const n of told.batches) {
        expect(present.has(`batch ${round} ${n} 0`), `acknowledged batch ${n} of round ${round}`).toBe(true);
      }
      for (let n = 0; n < 10_000; n++) {
        const parts = Array.from({ length: 50 }, (_, part) => present.has(`batch ${round} ${n} ${part}`));
        const count = parts.filter(Boolean).length;
        expect([0, 50], `batch ${n} of round ${round} is there whole or not at all`).toContain(count);
        if (count === 0 && !told.batches.has(n)) break;
      }
      acknowledged += told.single.size + told.batches.size;
      await store.close();
    }
    expect(acknowledged, "the writers got something done").toBeGreaterThanOrEqual(rounds * 9);
  },
  rounds * 20_000,
);
