import { createEngine, type Engine, entity, LimitError, type Reference } from "arcturus";
import { expect, test } from "vitest";
import { inPieces, inSlices } from "../../src/engine/in-slices.js";
import { eachTurn, everyLookTakesAMillisecond } from "../support/turns.js";

everyLookTakesAMillisecond();

const policy = `
  actor User {}
  resource Org { roles = ["member"]; }
  resource Doc { permissions = ["read"]; relations = { org: Org }; "read" if "member" on "org"; }
`;
const ann = entity("User", "ann");
const acme = entity("Org", "acme");
const docs: readonly Reference[] = Array.from({ length: 100_000 }, (_, i) => entity("Doc", `d${i % 20_000}`));

async function engineWithDocs(limits = {}): Promise<Engine> {
  const engine = await createEngine({ policy, limits, logger: { info: () => {}, warn: () => {} } });
  await engine.tell("has_role", ann, "member", acme);
  for (const from of [0, 10_000]) {
    await engine.bulkTell(docs.slice(from, from + 10_000).map((doc) => ["has_relation", doc, "org", acme]));
  }
  return engine;
}

test("R30: other work has its turn while very many resources are asked about", async () => {
  const engine = await engineWithDocs();
  const turns = eachTurn();
  const answers = await engine.authorizeMany(ann, "read", docs);
  expect(turns.stop()).toBeGreaterThan(2);
  expect(answers).toHaveLength(docs.length);
  expect(answers.every(Boolean)).toBe(true);
  await engine.close();
});

test("answers are those of one moment, whatever is written in between", async () => {
  const engine = await engineWithDocs();
  const mixed = new Set<boolean>();
  for (let round = 0; round < 4; round++) {
    const turns = eachTurn((turn) => {
      // One fact decides about all of them.
      void (turn % 2 === 1
        ? engine.delete("has_role", ann, "member", acme)
        : engine.tell("has_role", ann, "member", acme));
    });
    const answers = await engine.authorizeMany(ann, "read", docs);
    expect(turns.stop()).toBeGreaterThan(2);
    expect(new Set(answers).size).toBe(1);
    mixed.add(answers[0] as boolean);
    await engine.tell("has_role", ann, "member", acme);
  }
  expect(mixed.size).toBeGreaterThan(0);
  await engine.close();
});

test("a policy that comes into force in between decides about all of them, or about none", async () => {
  const engine = await engineWithDocs();
  const asked = engine.authorizeMany(ann, "read", docs);
  setImmediate(() => void engine.setPolicy(policy.replace('"read" if "member" on "org";', "")));
  expect(new Set(await asked).size).toBe(1);
  await engine.close();
});

test("the caller can end it in between, and so does the time limit", async () => {
  const engine = await engineWithDocs();
  const abort = new AbortController();
  const asked = engine.authorizeMany(ann, "read", docs, { signal: abort.signal });
  setImmediate(() => abort.abort());
  await expect(asked).rejects.toMatchObject({ code: "engine/aborted" });
  await engine.close();
  const hasty = await engineWithDocs({ milliseconds: 1 });
  await expect(hasty.authorizeMany(ann, "read", docs)).rejects.toBeInstanceOf(LimitError);
  await hasty.close();
});

test("each of thousands of resources has its own answer, in its place", async () => {
  const engine = await createEngine({ policy, logger: { info: () => {}, warn: () => {} } });
  await engine.tell("has_role", ann, "member", acme);
  const many = Array.from({ length: 5_000 }, (_, i) => entity("Doc", `m${i}`));
  // Neither the places nor the ids repeat with the size of a piece.
  const isOpen = (i: number): boolean => (i * i) % 7 === 1 || i % 1_024 === 0 || i === 4_999;
  const some = many.filter((_, i) => isOpen(i));
  await engine.bulkTell(some.map((doc) => ["has_relation", doc, "org", acme]));
  expect(await engine.authorizeMany(ann, "read", many)).toEqual(many.map((_, i) => isOpen(i)));
  const asked = [...many];
  const answers = engine.authorizeMany(ann, "read", asked);
  // The array is the caller's again as soon as the question has begun.
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  asked.fill(many[1_024] as Reference);
  expect(await answers).toEqual(many.map((_, i) => isOpen(i)));
  await engine.close();
});

test("slices: the time limit holds between two pauses, for work that never looks at the clock itself", async () => {
  const work = { started: Date.now(), milliseconds: 20, signal: undefined, ground: () => [] };
  const pieces = inPieces(function* () {
    for (let i = 0; i < 100; i++) yield;
    return "done";
  }, work);
  await expect(pieces).rejects.toMatchObject({ code: "engine/timeout" });
});

test("a hole among the resources is no resource", async () => {
  const engine = await engineWithDocs();
  // biome-ignore lint/suspicious/noSparseArray: this is what is tested
  await expect(engine.authorizeMany(ann, "read", [docs[0], , docs[1]] as Reference[])).rejects.toMatchObject({
    code: "input/bad-value",
  });
  await engine.close();
});

test("slices: what stands on shifting ground is begun anew, and would be mixed if nobody looked", async () => {
  const items = Array.from({ length: 60_000 }, (_, i) => i);
  const kinds = async (looks: boolean): Promise<number> => {
    let state = true;
    const slow = (some: readonly number[]): boolean[] => some.map(() => state);
    const turns = eachTurn(() => {
      state = !state;
    });
    const ground = (): unknown[] => (looks ? [state] : []);
    const answers = await inSlices(items, slow, {
      started: Date.now(),
      milliseconds: 60_000,
      signal: undefined,
      ground,
    });
    turns.stop();
    expect(answers).toHaveLength(items.length);
    return new Set(answers).size;
  };
  expect(await kinds(true)).toBe(1);
  expect(await kinds(false)).toBe(2);
});
