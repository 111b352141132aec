import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type FactChange, type FactStore, factKey, type StoredFact } from "../../src/facts/index.js";
import { sqliteStore } from "../../src/stores/sqlite/index.js";
import { checkLog } from "../../src/stores/sqlite/write-ahead-log.js";
import { runs } from "../support/effort.js";

/*
 * Damage at every place of the write-ahead log that a crash leaves behind. A transaction that was finished is on the disk, so
 * it may be missing only where nobody can tell it from one that was not: at the end.
 */

const headerSize = 32;
const frameHeaderSize = 24;

let folder = "";
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arcturus-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const freshPath = (): string => join(folder, `${files++}.db`);

const grant = (who: string): StoredFact => ({
  predicate: "has_role",
  args: [{ type: "User", id: who }, "reader", { type: "Repo", id: "anvil" }],
});
const many = (name: string, count: number): StoredFact[] =>
  Array.from({ length: count }, (_, n) => ({ predicate: "likes", args: [{ type: "User", id: name }, BigInt(n)] }));
const tell = (...inserts: StoredFact[]): FactChange => ({ deletes: [], inserts });
const take = (...deletes: StoredFact[]): FactChange => ({ deletes, inserts: [] });

const facts = (store: FactStore): string[] => [...store.tables.facts()].map(factKey).sort();

/** A transaction in the log: its frames are `from` up to, not including, `to`. */
interface Commit {
  readonly from: number;
  readonly to: number;
}

/** What lies on the disk at a crash, and what the store held after each of its writes. */
interface Crash {
  readonly main: Buffer;
  readonly log: Buffer;
  readonly frameSize: number;
  readonly commits: readonly Commit[];
  /** What the store held before the first commit of the log, and after each: one more than there are commits. */
  readonly states: readonly (readonly string[])[];
}

function commitsOf(log: Buffer): { frameSize: number; commits: Commit[] } {
  const frameSize = frameHeaderSize + log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const commits: Commit[] = [];
  let from = 0;
  for (let n = 0, at = headerSize; at < log.length; n++, at += frameSize) {
    if (!salt.equals(log.subarray(at + 8, at + 16))) break;
    if (log.readUInt32BE(at + 4) === 0) continue;
    commits.push({ from, to: n + 1 });
    from = n + 1;
  }
  return { frameSize, commits };
}

async function crashAfter(changes: readonly (FactChange | "new round")[]): Promise<Crash> {
  const path = freshPath();
  const store = sqliteStore(path);
  await store.open();
  let [base, states]: [string[], string[][]] = [[], []];
  for (const change of changes) {
    if (change === "new round") {
      // The log is in the file, and begins anew with the next write; what it held stays behind it.
      const other = new Database(path);
      other.exec("PRAGMA wal_checkpoint(FULL)");
      other.close();
      base = states.at(-1) ?? base;
      states = [];
    } else {
      await store.write(change);
      states.push(facts(store));
    }
  }
  const copy = freshPath();
  await copyFile(path, copy);
  await copyFile(`${path}-wal`, `${copy}-wal`);
  await store.close();
  const log = await readFile(`${copy}-wal`);
  const { frameSize, commits } = commitsOf(log);
  const before = Array.from({ length: commits.length + 1 - states.length }, () => base);
  return { main: await readFile(copy), log, frameSize, commits, states: [...before, ...states] };
}

/** What became of opening a copy with another log. */
interface Outcome {
  /** After how many of the commits the store held what it holds now, at most; `other` when it never did. */
  readonly state?: number | "other";
  readonly code?: string;
  readonly warnings: number;
}

async function opened({ main, states }: Crash, log: Buffer): Promise<Outcome> {
  const path = freshPath();
  await writeFile(path, main);
  await writeFile(`${path}-wal`, log);
  let warnings = 0;
  const warn = (text: string): void => {
    expect(text).toMatch(/unfinished transaction/);
    warnings++;
  };
  const store = sqliteStore({ path, logger: { warn } });
  try {
    await store.open();
  } catch (error) {
    return { code: (error as { code: string }).code, warnings };
  }
  const found = facts(store).join();
  await store.close();
  const state = states.findLastIndex((one) => one.join() === found);
  return { state: state < 0 ? "other" : state, warnings };
}

type Kind = "byte" | "zero byte" | "sector" | "zeros" | "noise" | "cut";

interface Damage {
  readonly kind: Kind;
  /** Of the frames of the commit. */
  readonly frame: number;
  /** In the frame. */
  readonly at: number;
  readonly by: number;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("byte", "byte", "zero byte", "zero byte", "sector", "zeros", "noise", "cut"),
  frame: fc.nat(),
  // As often in the header of the frame as in its page.
  at: fc.oneof(fc.nat(frameHeaderSize - 1), fc.nat(4_119)),
  by: fc.integer({ min: 1, max: 255 }),
});

/** The log with the damage in it, and the byte where it begins; the log itself when that changes nothing. */
function spoilt(
  { log, frameSize }: Crash,
  { from, to }: Commit,
  { kind, frame, at, by }: Damage,
): { log: Buffer; at: number } {
  const start = headerSize + (from + (frame % (to - from))) * frameSize;
  const place = start + (at % frameSize);
  const copy = Buffer.from(log);
  switch (kind) {
    case "byte":
      copy[place]! ^= by;
      return { log: copy, at: place };
    case "zero byte":
      copy[place] = 0;
      return { log: copy, at: place };
    case "sector": {
      // As a disk loses it; not beyond this transaction.
      const sector = place - (place % 512);
      const begin = Math.max(sector, headerSize + from * frameSize);
      copy.fill(0, begin, Math.min(sector + 512, headerSize + to * frameSize));
      return { log: copy, at: begin };
    }
    case "zeros":
      copy.fill(0, start, start + frameSize);
      return { log: copy, at: start };
    case "noise":
      for (let i = 0; i < frameSize; i++) copy[start + i] = (i * 197 + by * 31) & 0xff;
      return { log: copy, at: start };
    default:
      return { log: copy.subarray(0, place), at: place };
  }
}

const eve = grant("eve");
const histories = {
  "a revocation in the last commit but one": [tell(eve), tell(grant("ann")), take(eve), tell(grant("bob"))],
  "writes of one and of many facts": [
    tell(...many("a", 30), eve),
    tell(...many("b", 300)),
    take(...many("b", 200)),
    take(eve),
    tell(...many("c", 120)),
    tell(grant("bob"), ...many("d", 3)),
  ],
  "a log that has begun anew before another": [
    tell(...many("a", 200), eve),
    tell(...many("b", 300)),
    "new round",
    tell(grant("ann")),
    take(eve),
    tell(grant("bob")),
  ],
} satisfies Record<string, readonly (FactChange | "new round")[]>;

describe.each(Object.keys(histories) as (keyof typeof histories)[])("R72: a log with %s", (name) => {
  let crash: Crash;
  beforeAll(async () => {
    crash = await crashAfter(histories[name]);
  });

  test("is read to its end, and nothing is said", async () => {
    expect(crash.commits.length).toBeGreaterThan(2);
    expect(await opened(crash, crash.log)).toEqual({ state: crash.states.length - 1, warnings: 0 });
  });

  /** What must come of damage in a commit. */
  async function judge(commit: Commit, one: Damage): Promise<void> {
    const { log, at } = spoilt(crash, commit, one);
    if (log.equals(crash.log)) return;
    const outcome = await opened(crash, log);
    const last = crash.commits.length;
    if (one.kind === "cut") {
      const kept = crash.commits.findLastIndex(({ to }) => headerSize + to * crash.frameSize <= at) + 1;
      const end = headerSize + (crash.commits[kept - 1]?.to ?? 0) * crash.frameSize;
      expect(outcome).toEqual({ state: sameAs(kept), warnings: at > end ? 1 : 0 });
    } else if (commit !== crash.commits[last - 1]) expect(outcome).toEqual({ code: "store/damaged", warnings: 0 });
    // The last transaction looks like two when one of its frames has become an end, or one for a page that it has already.
    else if (outcome.code === undefined || (at - headerSize) % crash.frameSize >= 8)
      expect(outcome).toEqual({ state: sameAs(last - 1), warnings: 1 });
  }
  /** The most commits after which the store held the same. */
  const sameAs = (commits: number): number =>
    crash.states.findLastIndex((state) => state.join() === crash.states[commits]!.join());

  test("opens without its last transaction, with a warning, wherever that is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(damage, (one) => judge(crash.commits.at(-1)!, one)),
      { numRuns: runs(30) },
    );
  });

  test("is refused wherever the last transaction but one is damaged: it was finished", async () => {
    await fc.assert(
      fc.asyncProperty(damage, (one) => judge(crash.commits.at(-2)!, one)),
      { numRuns: runs(40) },
    );
  });

  test("is refused wherever any earlier transaction is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), damage, (n, one) => {
        const commits = crash.commits.slice(0, -2);
        return judge(commits[n % commits.length]!, one);
      }),
      { numRuns: runs(30) },
    );
  });

  test("is refused when any byte of the header of a frame of the last transaction but one is another, its salts included", async () => {
    const commit = crash.commits.at(-2)!;
    for (let frame = 0; frame < Math.min(commit.to - commit.from, 5); frame++)
      for (let at = 0; at < frameHeaderSize; at++)
        for (const kind of ["byte", "zero byte"] as const) await judge(commit, { kind, frame, at, by: 0x10 });
  });

  test("beside a damaged file is refused, or read to its end where the log covers the damage", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, by, isShort) => {
        const main = Buffer.from(crash.main);
        if (main.length === 0) return;
        main[at % main.length]! ^= by;
        const outcome = await opened(
          { ...crash, main: isShort ? crash.main.subarray(0, at % main.length) : main },
          crash.log,
        );
        if (outcome.code !== undefined) expect(outcome.code).toBe("store/damaged");
        else expect(outcome).toEqual({ state: crash.states.length - 1, warnings: 0 });
      }),
      { numRuns: runs(30) },
    );
  });

  test("beside a file that is empty or gone is refused: SQLite would begin anew and throw it away", async () => {
    expect(await opened({ ...crash, main: Buffer.alloc(0) }, crash.log)).toEqual({
      code: "store/damaged",
      warnings: 0,
    });
    const path = freshPath();
    await writeFile(`${path}-wal`, crash.log);
    await expect(sqliteStore(path).open()).rejects.toMatchObject({ code: "store/damaged" });
    expect(await readFile(`${path}-wal`)).toEqual(crash.log);
    // A log without a single frame holds nothing that could be lost.
    expect(await opened({ ...crash, main: Buffer.alloc(0), states: [[]] }, crash.log.subarray(0, headerSize))).toEqual({
      state: 0,
      warnings: 0,
    });
  });

  test("is refused when any byte of its own header is another, or all are zero", async () => {
    for (let at = 0; at < headerSize; at++) {
      const log = Buffer.from(crash.log);
      log[at]! ^= 1 << (at % 8);
      expect(await opened(crash, log), `byte ${at}`).toMatchObject({ code: "store/damaged" });
    }
    for (const size of [headerSize, 512, 4_096, crash.log.length]) {
      const log = Buffer.from(crash.log).fill(0, 0, size);
      expect(await opened(crash, log), `${size} zeros`).toMatchObject({ code: "store/damaged" });
    }
  });
});

test("R72: after a tail was dropped the store goes on, and may be torn once more", async () => {
  // Its last transaction is long, and torn at its beginning: its end is whole, and would stand behind what comes next.
  const crash = await crashAfter([tell(eve), take(eve), tell(...many("long", 1_500))]);
  const { log } = spoilt(crash, crash.commits.at(-1)!, { kind: "byte", frame: 0, at: 500, by: 1 });
  const path = freshPath();
  await writeFile(path, crash.main);
  await writeFile(`${path}-wal`, log);
  const warn = vi.fn();
  const store = sqliteStore({ path, logger: { warn } });
  await store.open();
  expect(facts(store)).toEqual([]);
  expect(warn).toHaveBeenCalledOnce();
  await store.write(tell(grant("ann")));
  await store.write(tell(grant("bob")));
  const copy = freshPath();
  await copyFile(path, copy);
  await copyFile(`${path}-wal`, `${copy}-wal`);
  await store.close();
  const second = await readFile(`${copy}-wal`);
  const { commits, frameSize } = commitsOf(second);
  const both = [grant("ann"), grant("bob")].map(factKey).sort();
  const states = [[], [factKey(grant("ann"))], both];
  const again: Crash = { main: await readFile(copy), log: second, commits, frameSize, states };
  expect(await opened(again, second)).toEqual({ state: 2, warnings: 0 });
  const torn = spoilt(again, commits.at(-1)!, { kind: "byte", frame: 1, at: 500, by: 1 });
  expect(await opened(again, torn.log)).toEqual({ state: 1, warnings: 1 });
  // And as it was left, everything is there.
  const reopened = sqliteStore(path);
  await reopened.open();
  expect(facts(reopened)).toEqual(both);
  await reopened.close();
});

test("R72: a transaction larger than the cache of SQLite, which writes pages before it is finished, is no damage", async () => {
  const crash = await crashAfter([
    tell(eve),
    tell(...many("somebody-with-a-long-name", 32_000)),
    take(eve),
    tell(grant("ann")),
  ]);
  const { commits } = crash;
  expect(commits.at(-3)!.to - commits.at(-3)!.from).toBeGreaterThan(500);
  const last = crash.states.length - 1;
  expect(await opened(crash, crash.log)).toEqual({ state: last, warnings: 0 });
  const cut = headerSize + (commits.at(-3)!.to - 2) * crash.frameSize;
  expect(await opened(crash, crash.log.subarray(0, cut))).toEqual({ state: last - 3, warnings: 1 });
  const torn = spoilt(crash, commits.at(-3)!, { kind: "byte", frame: 7, at: 100, by: 1 });
  expect(await opened(crash, torn.log)).toMatchObject({ code: "store/damaged" });
  const end = spoilt(crash, commits.at(-1)!, { kind: "byte", frame: 0, at: 100, by: 1 });
  expect(await opened(crash, end.log)).toEqual({ state: last - 1, warnings: 1 });
});

test("R72: a transaction of one page is not lost for a byte of its salts either", async () => {
  // What was there already changes the description of the store alone.
  const crash = await crashAfter([tell(eve), take(eve), tell(grant("ann")), tell(grant("ann")), tell(grant("bob"))]);
  const small = crash.commits.at(-2)!;
  expect(small.to - small.from).toBe(1);
  for (let at = 8; at < 16; at++) {
    const { log } = spoilt(crash, small, { kind: "byte", frame: 0, at, by: 4 });
    expect(await opened(crash, log), `byte ${at}`).toEqual({ code: "store/damaged", warnings: 0 });
  }
});

test("R72: there is nothing to say about a log that is missing, empty, or ends inside its header with nothing behind it", async () => {
  const path = freshPath();
  expect(await checkLog(path, false)).toBeUndefined();
  await writeFile(`${path}-wal`, "");
  expect(await checkLog(path, false)).toBeUndefined();
  for (const length of [1, 31, 32]) {
    await writeFile(`${path}-wal`, Buffer.alloc(length));
    expect(await checkLog(path, false), `${length} bytes`).toMatch(/unfinished/);
  }
  await writeFile(`${path}-wal`, Buffer.alloc(33));
  await expect(checkLog(path, false)).rejects.toMatchObject({ code: "store/damaged" });
});

/** A log as SQLite writes it, frame by frame: the page, and the size of the database where a transaction ends. */
function logOf(frames: readonly (readonly [page: number, size?: number])[], bigEndian = false): Buffer {
  const pageSize = 512;
  let [a, b] = [0, 0];
  const add = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += 8) {
      const [first, second] = [at, at + 4].map((i) => (bigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)));
      a = (a + first! + b) >>> 0;
      b = (b + second! + a) >>> 0;
    }
  };
  const log = Buffer.alloc(headerSize + frames.length * (frameHeaderSize + pageSize));
  const header = [bigEndian ? 0x377f0683 : 0x377f0682, 3_007_000, pageSize, 0, 0x1234, 0x5678];
  for (const [i, word] of header.entries()) log.writeUInt32BE(word, i * 4);
  add(log.subarray(0, 24));
  log.writeUInt32BE(a, 24);
  log.writeUInt32BE(b, 28);
  for (const [n, [page, size = 0]] of frames.entries()) {
    const at = headerSize + n * (frameHeaderSize + pageSize);
    log.writeUInt32BE(page, at);
    log.writeUInt32BE(size, at + 4);
    log.copy(log, at + 8, 16, 24);
    log.fill(`page ${page} of frame ${n}, `, at + frameHeaderSize, at + frameHeaderSize + pageSize);
    add(log.subarray(at, at + 8));
    add(log.subarray(at + frameHeaderSize, at + frameHeaderSize + pageSize));
    log.writeUInt32BE(a, at + 16);
    log.writeUInt32BE(b, at + 20);
  }
  return log;
}

describe.each([false, true])("R72: a log whose checksums are read with the big end first: %s", (bigEndian) => {
  const check = async (log: Buffer): Promise<string> => {
    const path = freshPath();
    await writeFile(`${path}-wal`, log);
    try {
      return (await checkLog(path, false))?.replace(/.*(unfinished transaction \(\d+ pages\)).*/, "$1") ?? "whole";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  /** With one byte of a frame's page changed. */
  const bent = (log: Buffer, frame: number): Buffer => {
    const copy = Buffer.from(log);
    copy[headerSize + frame * (frameHeaderSize + 512) + 100]! ^= 1;
    return copy;
  };

  test("is whole, or says how many pages are dropped, or is refused", async () => {
    const log = logOf([[2], [4, 4], [2], [3], [4, 4], [2], [4, 4]], bigEndian);
    expect(await check(log)).toBe("whole");
    expect(await Promise.all([5, 6].map((frame) => check(bent(log, frame))))).toEqual([
      "unfinished transaction (2 pages)",
      "unfinished transaction (2 pages)",
    ]);
    for (const frame of [0, 1, 2, 3, 4]) expect(await check(bent(log, frame)), `frame ${frame}`).toBe("store/damaged");
    expect(await check(logOf([[2], [4, 4], [2], [3]], bigEndian)), "no end").toBe("unfinished transaction (2 pages)");
    expect(await check(logOf([[2], [4, 4], [2], [3, 4]], bigEndian).subarray(0, -1))).toBe(
      "unfinished transaction (2 pages)",
    );
  });

  test("takes a large transaction, which writes its last page twice, for one", async () => {
    const log = logOf([[2], [4, 4], [7], [5], [6], [2], [4], [7, 9]], bigEndian);
    expect(await check(log)).toBe("whole");
    for (const frame of [2, 3, 4, 5, 6, 7])
      expect(await check(bent(log, frame)), `frame ${frame}`).toBe("unfinished transaction (6 pages)");
    expect(await check(bent(log, 1))).toBe("store/damaged");
  });
});
