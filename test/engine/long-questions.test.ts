import { createEngine, type Engine, entity, type Fact, type Limits } from "arcturus";
import { describe, expect, test } from "vitest";
import { eachTurn, everyLookTakesAMillisecond } from "../support/turns.js";
import { silent } from "./gitcloud.js";

const ann = entity("User", "ann");

everyLookTakesAMillisecond();

describe("R30: a long list shares the event loop", () => {
  const policy = `
    actor User {}
    resource Org { roles = ["member"]; }
    resource Doc {
      roles = ["reader"]; permissions = ["read", "write"]; relations = { org: Org };
      "reader" if "member" on "org";
      "read" if "reader";
    }
  `;
  const acme = entity("Org", "acme");

  async function engineWith(docs: number, limits: Partial<Limits> = {}): Promise<Engine> {
    const engine = await createEngine({ policy, logger: silent, limits: { facts: docs + 1, ...limits } });
    await engine.bulkTell([
      ["has_role", ann, "member", acme],
      ...Array.from({ length: docs }, (_, i): Fact => ["has_relation", entity("Doc", `d${i}`), "org", acme]),
    ]);
    return engine;
  }

  test("a list of a million ids is made in many turns, the first time and the next", async () => {
    const engine = await engineWith(1_000_000);
    for (const [round, least] of [
      ["first", 15],
      ["again", 4],
    ] as const) {
      const counter = eachTurn();
      const ids = await engine.list(ann, "read", "Doc");
      expect(counter.stop(), round).toBeGreaterThanOrEqual(least);
      expect(ids).toHaveLength(1_000_000);
      expect(new Set(ids).size).toBe(1_000_000);
    }
    await engine.close();
  }, 120_000);

  test("it holds what was allowed at one moment, whatever is written meanwhile", async () => {
    const engine = await createEngine({
      logger: silent,
      limits: { facts: 200_001 },
      policy: `
        actor User {}
        resource Org { roles = ["first", "last"]; }
        resource Doc {
          permissions = ["read"]; relations = { org: Org };
          "read" if "first" on "org";
          "read" if "last" on "org";
        }
      `,
    });
    const [a, b] = [entity("Org", "a"), entity("Org", "b")];
    const first: Fact = ["has_role", ann, "first", a];
    const last: Fact = ["has_role", ann, "last", b];
    await engine.bulkTell([
      first,
      ...Array.from({ length: 200_000 }, (_, i): Fact => ["has_relation", entity("Doc", `${i}`), "org", i % 2 ? a : b]),
    ]);
    // At every moment she has one of the two roles, so a list of other than half of the documents saw two moments.
    let writes = 0;
    const turn = (): void => {
      writes++;
      void engine.batch(
        writes % 2 === 1 ? { deletes: [first], inserts: [last] } : { deletes: [last], inserts: [first] },
      );
    };
    for (let round = 0; round < 8; round++) {
      const turns = eachTurn(turn);
      const ids = await engine.list(ann, "read", "Doc");
      turns.stop();
      expect(ids).toHaveLength(100_000);
      expect(new Set(ids.map((id) => Number(id) % 2)).size).toBe(1);
    }
    expect(writes).toBeGreaterThan(3);
    await engine.close();
  }, 60_000);

  test("documents that come meanwhile are all there or are not, and a new policy counts for all or none", async () => {
    const docs = 150_000;
    const engine = await engineWith(docs);
    const asked = engine.list(ann, "read", "Doc");
    setImmediate(() => {
      void engine.bulkTell(
        Array.from({ length: 1_000 }, (_, i): Fact => ["has_relation", entity("Doc", `new${i}`), "org", acme]),
      );
    });
    expect([docs, docs + 1_000]).toContain((await asked).length);
    const again = engine.list(ann, "read", "Doc");
    setImmediate(() => void engine.setPolicy(policy.replace('"read" if "reader";', "")));
    expect([0, docs + 1_000]).toContain((await again).length);
    await engine.close();
  }, 60_000);

  test("its caller can end it between two turns, and so do its limits", async () => {
    const docs = 150_000;
    const engine = await engineWith(docs);
    const abort = new AbortController();
    const asked = engine.list(ann, "read", "Doc", { signal: abort.signal });
    setImmediate(() => abort.abort());
    await expect(asked).rejects.toMatchObject({ name: "EvaluationError", code: "engine/aborted" });
    expect(await engine.list(ann, "read", "Doc")).toHaveLength(docs);
    await engine.close();
    for (const [limits, error] of [
      [{ milliseconds: 1 }, { limit: "milliseconds", value: 1, unit: "ms", code: "engine/timeout" }],
      [{ steps: 100_000 }, { limit: "steps", value: 100_000, unit: "steps" }],
      [{ answers: docs - 1 }, { limit: "answers", value: docs - 1, unit: "answers" }],
    ] as const) {
      const limited = await engineWith(docs, limits);
      await expect(limited.list(ann, "read", "Doc")).rejects.toMatchObject({ name: "LimitError", ...error });
      await limited.close();
    }
    const enough = await engineWith(docs, { answers: docs });
    expect(await enough.list(ann, "read", "Doc")).toHaveLength(docs);
    await enough.close();
  }, 60_000);

  test("a list that was ended by closing the engine is an error", async () => {
    const engine = await engineWith(150_000);
    const asked = engine.list(ann, "read", "Doc");
    setImmediate(() => void engine.close());
    await expect(asked).rejects.toMatchObject({ code: "engine/closed" });
  }, 60_000);
});

describe("R30: a long check over facts shares the event loop", () => {
  const policy = `
    actor User {}
    resource Folder {
      roles = ["reader"]; permissions = ["read"]; relations = { parent: Folder };
      "read" if "reader";
      "reader" if "reader" on "parent";
    }
  `;
  const folders = 60_000;
  const folder = (i: number): ReturnType<typeof entity> => entity("Folder", `f${i}`);
  const top: Fact = ["has_role", ann, "reader", folder(0)];

  /** Each folder has two above it, and every way up leads to the first. */
  async function latticeOf(limits: Partial<Limits> = {}): Promise<Engine> {
    const engine = await createEngine({ policy, logger: silent, limits: { facts: 3 * folders, ...limits } });
    await engine.bulkTell([
      top,
      ...Array.from({ length: 2 * folders }, (_, i): Fact => {
        const below = Math.floor(i / 2) + 1;
        return ["has_relation", folder(below), "parent", folder(Math.max(0, below - 1 - (i % 2)))];
      }),
    ]);
    return engine;
  }

  test("and its answer is that of decide", async () => {
    const engine = await latticeOf();
    for (const [user, answer] of [
      [ann, true],
      [entity("User", "bob"), false],
    ] as const) {
      for (let round = 0; round < 2; round++) {
        const counter = eachTurn();
        expect(await engine.authorize(user, "read", folder(folders))).toBe(answer);
        expect(counter.stop()).toBeGreaterThan(3);
      }
      expect(engine.decide(user, "read", folder(folders))).toBe(answer);
    }
    await engine.close();
  }, 60_000);

  test("its caller can end it, its limits hold over all turns, and facts that change make it begin anew", async () => {
    const engine = await latticeOf();
    const abort = new AbortController();
    const ended = engine.authorize(ann, "read", folder(folders), { signal: abort.signal });
    setImmediate(() => abort.abort());
    await expect(ended).rejects.toMatchObject({ name: "EvaluationError", code: "engine/aborted" });
    const asked = engine.authorize(entity("User", "bob"), "read", folder(folders));
    setImmediate(() => void engine.tell("has_role", entity("User", "bob"), "reader", folder(folders)));
    expect(await asked).toBe(true);
    await engine.close();
    for (const [limits, error] of [
      [{ milliseconds: 1 }, { limit: "milliseconds", value: 1, unit: "ms", code: "engine/timeout" }],
      [{ steps: 30_000 }, { limit: "steps", value: 30_000, unit: "steps" }],
    ] as const) {
      const limited = await latticeOf(limits);
      const denied = limited.authorize(entity("User", "bob"), "read", folder(folders));
      await expect(denied).rejects.toMatchObject({ name: "LimitError", ...error });
      await limited.close();
    }
  }, 60_000);
});

describe("R30: a long question about objects of the application shares the event loop", () => {
  class Puzzle {
    readonly id = "p";
    readonly numbers: readonly number[];
    constructor(size: number) {
      this.numbers = Array.from({ length: size }, (_, i) => i);
    }
  }
  // Tries every pair of numbers; none adds up to this.
  const policy = `
    actor User {}
    allow(user: User, action, puzzle: Puzzle) if
      action in ["solve", "read"] and is_player(user) and
      a in puzzle.numbers and b in puzzle.numbers and a + b = -1;
    hard(puzzle: Puzzle, a) if a in puzzle.numbers and b in puzzle.numbers and a + b = -1;
  `;
  const puzzle = new Puzzle(220);

  async function engineOf(limits: Partial<Limits> = {}): Promise<Engine> {
    const engine = await createEngine({
      policy,
      logger: silent,
      types: { Puzzle: { class: Puzzle } },
      limits: { milliseconds: 60_000, ...limits },
    });
    await engine.tell("is_player", ann);
    return engine;
  }

  const verbs: Readonly<Record<string, (engine: Engine, signal?: AbortSignal) => Promise<unknown>>> = {
    authorize: (engine, signal) => engine.authorize(ann, "solve", puzzle, { ...(signal && { signal }) }),
    authorizeMany: async (engine, signal) =>
      (await engine.authorizeMany(ann, "solve", [puzzle, puzzle], { ...(signal && { signal }) }))[0],
    actions: async (engine, signal) => (await engine.actions(ann, puzzle, { ...(signal && { signal }) })).length > 0,
    query: async (engine, signal) =>
      (await engine.query("hard(puzzle, a)", { bindings: { puzzle }, ...(signal && { signal }) })).length > 0,
    explain: async (engine, signal) =>
      (await engine.explain(ann, "solve", puzzle, { ...(signal && { signal }) })).allowed,
  };

  test.each(Object.keys(verbs))("%s has turns for others, and its answer is right", async (verb) => {
    const engine = await engineOf();
    const counter = eachTurn();
    expect(await verbs[verb]?.(engine)).toBe(false);
    expect(counter.stop()).toBeGreaterThan(3);
    await engine.close();
  });

  test("decide answers at once, however long it takes", async () => {
    const engine = await engineOf();
    expect(engine.decide(ann, "solve", puzzle)).toBe(false);
    await engine.close();
  });

  test.each(Object.keys(verbs))("%s: its caller can end it between two turns", async (verb) => {
    const engine = await engineOf();
    const abort = new AbortController();
    const asked = verbs[verb]?.(engine, abort.signal);
    setImmediate(() => abort.abort());
    await expect(asked).rejects.toMatchObject({ name: "EvaluationError", code: "engine/aborted" });
    await engine.close();
  });

  test.each(Object.keys(verbs))("%s: milliseconds and steps count over all turns", async (verb) => {
    const hasty = await engineOf({ milliseconds: 12 });
    await expect(verbs[verb]?.(hasty)).rejects.toMatchObject({
      name: "LimitError",
      code: "engine/timeout",
      limit: "milliseconds",
      value: 12,
      unit: "ms",
    });
    await hasty.close();
    const stepwise = await engineOf({ steps: 10_000 });
    await expect(verbs[verb]?.(stepwise)).rejects.toMatchObject({
      name: "LimitError",
      code: "engine/limit-exceeded",
      limit: "steps",
      value: 10_000,
      unit: "steps",
    });
    await stepwise.close();
  });

  test("what is written meanwhile counts as a whole or not at all", async () => {
    const engine = await createEngine({
      logger: silent,
      types: { Puzzle: { class: Puzzle } },
      policy: `
        actor User {}
        pair(puzzle: Puzzle, a) if a in puzzle.numbers and b in puzzle.numbers and a + b = -1;
        both(puzzle: Puzzle, before, after) if
          flag(before) and not pair(puzzle, 0) and slow(puzzle) and flag(after);
        slow(puzzle: Puzzle) if not hopeless(puzzle);
        hopeless(puzzle: Puzzle) if a in puzzle.numbers and b in puzzle.numbers and a + b = -1;
        declare flag(String);
      `,
      limits: { milliseconds: 60_000 },
    });
    await engine.tell("flag", "0");
    let writes = 0;
    const turns = eachTurn(() => {
      void engine.batch({ deletes: [["flag", `${writes}`]], inserts: [["flag", `${writes + 1}`]] });
      writes++;
    });
    for (let round = 0; round < 5; round++) {
      const [answer, ...more] = await engine.query("both(puzzle, before, after)", { bindings: { puzzle } });
      expect(more).toEqual([]);
      expect(answer?.["before"]).toEqual(answer?.["after"]);
    }
    turns.stop();
    expect(writes).toBeGreaterThan(1);
    await engine.close();
  }, 60_000);

  test("very many answers are put together in many turns", async () => {
    const engine = await createEngine({
      logger: silent,
      policy:
        "number(x) if x in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]; triple(x, y, z, w) if number(x) and number(y) and number(z) and number(w);",
      limits: { milliseconds: 60_000 },
    });
    const counter = eachTurn();
    const answers = await engine.query("triple(x, y, z, w)");
    expect(counter.stop()).toBeGreaterThan(10);
    expect(answers).toHaveLength(10_000);
    await engine.close();
  });
});
