import {
  createEngine,
  defaultLimits,
  type Engine,
  entity,
  type Fact,
  type FactPattern,
  LimitError,
  type Limits,
  type Reference,
} from "arcturus";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ann, anvil, gitcloudEngine, silent } from "./gitcloud.js";

const numbered = (count: number): Fact[] =>
  Array.from({ length: count }, (_, i) => ["has_role", entity("User", `u${i}`), "reader", anvil] as const);

const reached = (limit: keyof Limits, value: number): object => ({
  name: "LimitError",
  code: "engine/limit-exceeded",
  limit,
  value,
  unit: expect.any(String) as unknown,
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("limits", () => {
  test("facts of one write: just below, at and above", async () => {
    const engine = await gitcloudEngine({ limits: { facts: 10 } });
    await engine.bulkTell(numbered(9));
    await engine.bulkTell(numbered(10));
    await expect(engine.bulkTell(numbered(11))).rejects.toMatchObject(reached("facts", 10));
    await expect(
      engine.batch({ deletes: numbered(6), inserts: numbered(5) }),
      "a batch counts both",
    ).rejects.toMatchObject(reached("facts", 10));
    expect(await engine.get("has_role", null, "reader", anvil)).toHaveLength(10);
  });

  test("R50: a wildcard counts for all that it would delete", async () => {
    const engine = await gitcloudEngine({ limits: { facts: 10 } });
    await engine.bulkTell(numbered(10));
    await engine.tell("has_role", ann, "reader", anvil);
    await expect(engine.delete("has_role", null, "reader", anvil)).rejects.toMatchObject(reached("facts", 10));
    await engine.delete("has_role", ann, "reader", anvil);
    await engine.delete("has_role", null, "reader", anvil);
    expect(await engine.get("has_role", null, "reader", anvil)).toEqual([]);
  });

  test("R50: several wildcards count together, and behind a single fact", async () => {
    const engine = await gitcloudEngine({ limits: { facts: 10 } });
    const rocket = entity("Repo", "rocket");
    await engine.bulkTell(numbered(7));
    await engine.bulkTell(numbered(7).map(([name, who, role]) => [name, who, role, rocket] as Fact));
    const one: Fact = ["has_role", ann, "member", entity("Org", "nowhere")];
    const [of, ofOther]: readonly FactPattern[] = [
      ["has_role", null, "reader", anvil],
      ["has_role", null, "reader", rocket],
    ];
    const all: FactPattern = ["has_role", { type: "User" }, "reader", { type: "Repo" }];
    for (const patterns of [
      [of, ofOther],
      [ofOther, of],
      [one, all],
      [all, one],
      [one, one, all],
    ]) {
      await expect(engine.bulkDelete(patterns as FactPattern[])).rejects.toMatchObject(reached("facts", 10));
      await expect(engine.batch({ deletes: patterns as FactPattern[] })).rejects.toMatchObject(reached("facts", 10));
    }
    await engine.bulkDelete([one, of as FactPattern]);
    await engine.bulkDelete([ofOther as FactPattern]);
    expect(await engine.get("has_role", null, "reader", null)).toEqual([]);
  });

  test("context facts of one question: just below, at and above", async () => {
    const engine = await gitcloudEngine({ limits: { contextFacts: 3 } });
    for (const count of [2, 3]) {
      expect(await engine.authorize(entity("User", "u0"), "read", anvil, { contextFacts: numbered(count) })).toBe(true);
    }
    await expect(
      engine.authorize(entity("User", "u0"), "read", anvil, { contextFacts: numbered(4) }),
    ).rejects.toMatchObject(reached("contextFacts", 3));
  });

  test("R26: resources of one authorizeMany: just below, at and above", async () => {
    const engine = await gitcloudEngine({ limits: { resources: 100 } });
    for (const count of [99, 100]) {
      expect(await engine.authorizeMany(ann, "read", new Array(count).fill(anvil))).toEqual(
        new Array(count).fill(true),
      );
    }
    await expect(engine.authorizeMany(ann, "read", new Array(101).fill(anvil))).rejects.toMatchObject(
      reached("resources", 100),
    );
  });

  test("R26: a hundred thousand resources are answered, one more is not asked about", async () => {
    const engine = await gitcloudEngine();
    expect(defaultLimits.resources).toBe(100_000);
    const answers = await engine.authorizeMany(ann, "read", new Array(100_000).fill(anvil));
    expect(answers.every(Boolean)).toBe(true);
    await expect(engine.authorizeMany(ann, "read", new Array(100_001).fill(anvil))).rejects.toBeInstanceOf(LimitError);
  });

  test("I13: work that does not end is ended by the step limit, and the engine goes on", async () => {
    const engine = await createEngine({
      logger: silent,
      limits: { steps: 20_000 },
      policy: "count(1); count(n) if count(m) and n = m + 1;",
    });
    await expect(engine.query("count(n) and n < 0")).rejects.toMatchObject({ name: "LimitError" });
    expect(await engine.query("x = 1")).toEqual([{ x: 1 }]);
  });

  test("I13: work that does not end is ended by the time limit", async () => {
    const engine = await createEngine({
      logger: silent,
      limits: { milliseconds: 50, steps: 1e12, answers: 1e12 },
      policy: "count(1); count(n) if count(m) and n = m + 1;",
    });
    await expect(engine.query("count(n) and n < 0")).rejects.toMatchObject({
      name: "LimitError",
      code: "engine/timeout",
    });
  });

  test("I2: answers of one call beyond the limit are an error, never a shorter list", async () => {
    const engine = await gitcloudEngine({ limits: { answers: 20 } });
    const repos = (count: number): Fact[] =>
      Array.from({ length: count }, (_, i) => ["has_role", ann, "reader", entity("Repo", `r${i}`)] as const);
    await engine.bulkTell(repos(10));
    expect(await engine.list(ann, "read", "Repo")).toHaveLength(12);
    await engine.bulkTell(repos(40));
    await expect(engine.list(ann, "read", "Repo")).rejects.toBeInstanceOf(LimitError);
    expect(engine.decide(ann, "read", anvil)).toBe(true);
  });

  test("the source of a policy and its nesting are limited", async () => {
    const engine = await createEngine({ logger: silent, limits: { sourceBytes: 1_000, nesting: 10 } });
    await engine.setPolicy("f(1);");
    await expect(engine.setPolicy(`f(1); # ${"x".repeat(1_000)}`)).rejects.toMatchObject({ name: "PolicyError" });
    await expect(engine.setPolicy(`f(${"[".repeat(20)}${"]".repeat(20)});`)).rejects.toMatchObject({
      name: "PolicyError",
    });
    await expect(engine.query(`x = ${"[".repeat(20)}${"]".repeat(20)}`)).rejects.toMatchObject({ name: "InputError" });
  });

  test("a limit that is none is refused at the start", async () => {
    for (const limits of [
      { steps: 0 },
      { steps: -1 },
      { steps: Number.NaN },
      { steps: "5" },
      { stesp: 5 },
      { termDepth: 1_001 },
    ]) {
      await expect(createEngine({ limits: limits as never, logger: silent })).rejects.toMatchObject({
        name: "ConfigError",
        code: "config/limits",
      });
    }
  });

  test("R47: a chain of 10,000 parents answers", async () => {
    const engine = await gitcloudEngine();
    const length = 10_000;
    const repo = (i: number): ReturnType<typeof entity> => entity("Repo", `c${i}`);
    const chain: Fact[] = Array.from({ length }, (_, i) => ["has_relation", repo(i + 1), "parent", repo(i)] as const);
    await engine.bulkTell(chain);
    await engine.tell("has_role", ann, "reader", repo(0));
    expect(await engine.authorize(ann, "read", repo(length))).toBe(true);
    expect(await engine.authorize(entity("User", "nobody"), "read", repo(length))).toBe(false);
    expect(await engine.list(ann, "read", "Repo")).toHaveLength(length + 3);
  });
});

describe("each limit of a question holds in every verb", () => {
  type Verb = (engine: Engine, question: Asked) => unknown;
  interface Asked {
    readonly actor: Reference;
    readonly action: string;
    readonly resource: Reference | object;
    readonly type: string;
    readonly goal: string;
    readonly bindings?: Record<string, unknown>;
  }
  const verbs: Readonly<Record<string, Verb>> = {
    decide: (engine, { actor, action, resource }) => engine.decide(actor, action, resource),
    authorize: (engine, { actor, action, resource }) => engine.authorize(actor, action, resource),
    authorizeMany: (engine, { actor, action, resource }) => engine.authorizeMany(actor, action, [resource]),
    actions: (engine, { actor, resource }) => engine.actions(actor, resource),
    query: (engine, { goal, bindings = {} }) => engine.query(goal, { bindings }),
    explain: (engine, { actor, action, resource }) => engine.explain(actor, action, resource),
    list: (engine, { actor, action, type }) => engine.list(actor, action, type),
    filter: (engine, { actor, action, type }) => engine.filter(actor, action, type),
  };
  const all = Object.keys(verbs);
  const ended = async (verb: string, engine: Engine, asked: Asked): Promise<unknown> => {
    try {
      return { answered: await verbs[verb]?.(engine, asked) };
    } catch (error) {
      return error;
    }
  };

  // From facts alone: a chain of folders, asked about at its end.
  const folder = (i: number): Reference => entity("Folder", `f${i}`);
  const folders = async (length: number, limits: Partial<Limits>): Promise<Engine> => {
    const engine = await createEngine({
      logger: silent,
      limits: { facts: length + 2, milliseconds: 1e9, ...limits },
      policy: `
        actor User {}
        resource Folder {
          roles = ["reader"]; permissions = ["read"]; relations = { parent: Folder };
          "read" if "reader";
          "reader" if "reader" on "parent";
        }
      `,
    });
    const chain = Array.from({ length }, (_, i): Fact => ["has_relation", folder(i + 1), "parent", folder(i)]);
    await engine.bulkTell([...chain, ["has_role", ann, "reader", folder(0)]]);
    return engine;
  };
  const atTheEnd = (length: number): Asked => ({
    actor: ann,
    action: "read",
    resource: folder(length),
    type: "Folder",
    goal: `allow(User{"ann"}, "read", Folder{"f${length}"})`,
  });

  test.each([
    [{ steps: 5_000 }, "steps"],
    [{ milliseconds: 2 }, "ms"],
  ] as const)("%o, from facts alone", async (limits, unit) => {
    const [[limit, value]] = Object.entries(limits) as [[keyof Limits, number]];
    const length = 50_000;
    const engine = await folders(length, limits);
    const code = limit === "milliseconds" ? "engine/timeout" : "engine/limit-exceeded";
    // A clock on which every look takes five milliseconds: how fast the machine is does not matter.
    let time = Date.now();
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (time += 5));
    for (const verb of all) {
      const error = await ended(verb, engine, atTheEnd(length));
      expect(error, verb).toMatchObject({ ...reached(limit, value), code, unit });
    }
    clock.mockRestore();
    await engine.close();
  });

  test("answers, from facts alone", async () => {
    const length = 3_000;
    const engine = await folders(length, { answers: length });
    const asked = { ...atTheEnd(length), goal: 'allow(User{"ann"}, "read", folder)' };
    for (const verb of ["list", "filter", "query"]) {
      const error = await ended(verb, engine, asked);
      expect(error, verb).toMatchObject({ ...reached("answers", length), unit: "answers" });
    }
    await engine.delete("has_relation", folder(length), "parent", folder(length - 1));
    expect(await engine.list(ann, "read", "Folder")).toHaveLength(length);
    await engine.close();
  });

  // About objects of the application, one of which has many numbers.
  class Puzzle {
    readonly id = "p";
    readonly numbers: readonly number[] = Array.from({ length: 300 }, (_, i) => i);
  }
  const puzzles = (limits: Partial<Limits>): Promise<Engine> =>
    createEngine({
      logger: silent,
      limits,
      types: { Puzzle: { class: Puzzle } },
      constants: { puzzle: new Puzzle() },
      policy: `
        actor User {}
        allow(_: User, action, p: Puzzle) if
          p = puzzle and action in ["solve", "read"] and number(p, a) and number(p, b) and a + b = -1;
        number(p: Puzzle, n) if n in p.numbers;
      `,
    });
  const puzzling: Asked = {
    actor: ann,
    action: "solve",
    resource: new Puzzle(),
    type: "Puzzle",
    goal: "number(p, a) and number(p, b) and a + b = -1 and p matches Puzzle",
    bindings: { p: new Puzzle() },
  };

  test.each([
    [{ steps: 5_000 }, "steps"],
    [{ milliseconds: 2 }, "ms"],
    [{ answers: 299 }, "answers"],
  ] as const)("%o, about objects", async (limits, unit) => {
    const [[limit, value]] = Object.entries(limits) as [[keyof Limits, number]];
    const engine = await puzzles({ milliseconds: 60_000, ...limits });
    const code = limit === "milliseconds" ? "engine/timeout" : "engine/limit-exceeded";
    for (const verb of all) {
      const error = await ended(verb, engine, puzzling);
      expect(error, verb).toMatchObject({ ...reached(limit, value), code, unit });
    }
    await engine.close();
  });

  test("with room for all of them, the same questions are answered", async () => {
    const engine = await puzzles({ milliseconds: 60_000, answers: 300 });
    for (const verb of all) expect(await ended(verb, engine, puzzling), verb).toHaveProperty("answered");
    await engine.close();
  });
});

describe("waiting", () => {
  class Slow {
    readonly id = "s";
    readonly #wait: Promise<boolean>;
    constructor(wait: Promise<boolean>) {
      this.#wait = wait;
    }
    open(): Promise<boolean> {
      return this.#wait;
    }
  }
  const slowEngine = (limits: Partial<Limits> = {}): ReturnType<typeof createEngine> =>
    createEngine({
      logger: silent,
      limits,
      types: { Slow: { class: Slow } },
      policy: 'actor User {} allow(_: User, "read", s: Slow) if s.open();',
    });
  const never = new Promise<boolean>(() => {});

  test("decide gives a promise when the application has to be waited for, and a boolean when not", async () => {
    const engine = await slowEngine();
    const answer = engine.decide(ann, "read", new Slow(Promise.resolve(true)));
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(true);
    expect(engine.decide(ann, "write", new Slow(Promise.resolve(true)))).toBe(false);
  });

  test("R27: what never comes is a timeout, not an answer", async () => {
    const engine = await slowEngine({ milliseconds: 40 });
    await expect(engine.authorize(ann, "read", new Slow(never))).rejects.toMatchObject({
      name: "LimitError",
      code: "engine/timeout",
    });
  });

  test("R27: several waits have the time of the question together", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    try {
      const engine = await slowEngine({ milliseconds: 1_000 });
      const soon = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 900));
      let came: unknown;
      const bindings = { a: new Slow(soon), b: new Slow(never) };
      engine.query("a.open() and b.open()", { bindings }).catch((error: unknown) => {
        came = error;
      });
      await vi.advanceTimersByTimeAsync(900);
      expect(came).toBeUndefined();
      await vi.advanceTimersByTimeAsync(101);
      expect(came).toMatchObject({ code: "engine/timeout", value: 1_000 });
    } finally {
      vi.useRealTimers();
    }
  });

  test("R27: what fails ends the question with its cause", async () => {
    const engine = await slowEngine();
    const cause = new Error("no connection");
    await expect(engine.authorize(ann, "read", new Slow(Promise.reject(cause)))).rejects.toMatchObject({
      name: "EvaluationError",
      code: "engine/host-error",
      cause,
    });
  });

  test("R28: a promise of something truthy allows nothing", async () => {
    const engine = await slowEngine();
    for (const value of ["true", 1, [], {}]) {
      await expect(engine.authorize(ann, "read", new Slow(Promise.resolve(value as never)))).rejects.toMatchObject({
        code: "engine/not-a-condition",
      });
    }
  });

  test("a caller can lose interest, before and during the question", async () => {
    const engine = await slowEngine();
    const aborted = { name: "EvaluationError", code: "engine/aborted" };
    const gone = AbortSignal.abort();
    await expect(engine.authorize(ann, "read", new Slow(never), { signal: gone })).rejects.toMatchObject(aborted);
    expect(() => engine.decide(ann, "read", anvil, { signal: gone })).toThrow(expect.objectContaining(aborted));
    await expect(engine.list(ann, "read", "Slow", { signal: gone })).rejects.toMatchObject(aborted);
    const controller = new AbortController();
    const question = engine.authorize(ann, "read", new Slow(never), { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(question).rejects.toMatchObject(aborted);
  });

  test("objects of many resources are loaded in one batch, with the context of the call", async () => {
    const calls: { readonly ids: readonly string[]; readonly context: unknown }[] = [];
    const engine = await createEngine({
      logger: silent,
      types: {
        Doc: {
          fields: { open: "Boolean" },
          load: async (ids, context) => {
            calls.push({ ids, context });
            return ids.map((id) => ({ id, open: id !== "2" }));
          },
        },
      },
      policy: 'actor User {} allow(_: User, "read", d: Doc) if d.open = true;',
    });
    const docs = ["1", "2", "3", "1"].map((id) => entity("Doc", id));
    expect(await engine.authorizeMany(ann, "read", docs, { context: "tenant" })).toEqual([true, false, true, true]);
    expect(calls).toEqual([{ ids: ["1", "2", "3"], context: "tenant" }]);
  });

  test("questions that wait side by side do not disturb each other", async () => {
    const engine = await slowEngine();
    const later = (value: boolean, ms: number): Promise<boolean> =>
      new Promise((resolve) => setTimeout(() => resolve(value), ms));
    const expected = Array.from({ length: 40 }, (_, i) => i % 3 !== 0);
    const answers = await Promise.all(
      expected.map((value, i) => engine.authorize(ann, "read", new Slow(later(value, (i * 7) % 20)))),
    );
    expect(answers).toEqual(expected);
  });
});
