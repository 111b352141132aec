import { createEngine, type Engine, entity, type Fact, isReference, type Reference, toPredicate } from "arcturus";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prepared } from "../../src/engine/prepared.js";
import type { TypeOptions } from "../../src/solver/host.js";
import { isNightly, runs } from "../support/effort.js";
import { nextTurn, Pauses, Timeline } from "../support/moments.js";
import { type RandomWorld, randomWorld, valuesOfSort } from "../support/random-worlds.js";
import { acme, ann, bob, eve, gitcloud, gitcloudEngine, silent } from "./gitcloud.js";

const doc = (id: string): Reference => entity("Doc", id);

/** Rows that come when the test lets them come. */
class SlowRows {
  readonly asked: (readonly string[])[] = [];
  #waiting: (() => void)[] = [];

  get types(): Readonly<Record<string, TypeOptions>> {
    const load = async (ids: readonly string[]): Promise<object[]> => {
      this.asked.push(ids);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return ids.map((id) => ({ id, shown: true }));
    };
    return { Doc: { fields: { shown: "Boolean" }, load } };
  }

  /** Until everything that is asked for has been asked for. */
  async come(): Promise<void> {
    await nextTurn();
    for (const resolve of this.#waiting.splice(0)) resolve();
    await nextTurn();
  }
}

describe("facts that change while a question waits for rows", () => {
  const policy = `actor User {} resource Doc { roles = ["reader", "owner"]; }
    allow(u: User, "read", d: Doc) if has_role(u, "reader", d);
    allow(u: User, "read", d: Doc) if has_role(u, "owner", d) and d.shown = true;
    allow(u: User, "write", d: Doc) if has_role(u, "owner", d) and d.shown = true;`;

  async function library(facts: readonly Fact[]): Promise<{ engine: Engine; rows: SlowRows }> {
    const rows = new SlowRows();
    const engine = await createEngine({ policy, types: rows.types, logger: silent });
    await engine.bulkTell(facts);
    return { engine, rows };
  }

  test("authorizeMany answers about all resources as of one moment, those that were decided before it waited included", async () => {
    const { engine, rows } = await library([
      ["has_role", ann, "reader", doc("1")],
      ["has_role", ann, "owner", doc("2")],
      ["has_role", ann, "owner", doc("4")],
    ]);
    const asked = engine.authorizeMany(ann, "read", [doc("1"), doc("2"), doc("3"), doc("4")]);
    await nextTurn();
    await engine.delete("has_role", ann, "reader", doc("1"));
    await engine.tell("has_role", ann, "reader", doc("3"));
    await rows.come();
    expect(await asked).toEqual([false, true, true, true]);
  });

  test("also when it waits for the second time", async () => {
    const { engine, rows } = await library([
      ["has_role", ann, "reader", doc("1")],
      ["has_role", ann, "owner", doc("2")],
    ]);
    const asked = engine.authorizeMany(ann, "read", [doc("1"), doc("2"), doc("3")]);
    await nextTurn();
    await engine.tell("has_role", ann, "owner", doc("3"));
    await rows.come();
    // Now it waits for the row of the third.
    await engine.delete("has_role", ann, "reader", doc("1"));
    await engine.delete("has_role", ann, "owner", doc("2"));
    await rows.come();
    expect(await asked).toEqual([false, false, true]);
    expect(rows.asked).toEqual([["2"], ["3"]]);
  });

  test("what is decided stays decided when nothing was written: each row is loaded once, all in one go", async () => {
    const { engine, rows } = await library([
      ["has_role", ann, "reader", doc("1")],
      ...["2", "3", "4"].map((id): Fact => ["has_role", ann, "owner", doc(id)]),
    ]);
    const asked = engine.authorizeMany(ann, "read", ["4", "1", "2", "5", "3"].map(doc));
    await rows.come();
    expect(await asked).toEqual([true, true, true, false, true]);
    expect(rows.asked).toEqual([["4", "2", "3"]]);
  });

  test.each([
    ["authorize", (engine: Engine) => engine.authorize(ann, "write", doc("1")), true, false],
    ["decide", (engine: Engine) => engine.decide(ann, "write", doc("1")), true, false],
    ["list", async (engine: Engine) => (await engine.list(ann, "write", "Doc")).sort(), ["1", "2"], ["2", "3"]],
    ["actions", (engine: Engine) => engine.actions(ann, doc("1")), ["read", "write"], []],
    ["explain", async (engine: Engine) => (await engine.explain(ann, "write", doc("1"))).allowed, true, false],
    [
      "filter",
      async (engine: Engine) => ["1", "2", "3"].map(doc).map(toPredicate(await engine.filter(ann, "write", "Doc"))),
      [true, true, false],
      [false, true, true],
    ],
    [
      "query",
      async (engine: Engine) =>
        (await engine.query('allow(User{"ann"}, "write", d)')).map((answer) => (answer["d"] as Reference).id).sort(),
      ["1", "2"],
      ["2", "3"],
    ],
  ] as const)("%s answers by the facts as they stand in the end", async (_verb, ask, before, after) => {
    const { engine, rows } = await library([
      ["has_role", ann, "owner", doc("1")],
      ["has_role", ann, "owner", doc("2")],
    ]);
    const steady = Promise.resolve(ask(engine));
    while ((await Promise.race([steady, nextTurn()])) === undefined) await rows.come();
    expect(await steady).toEqual(before);
    const asked = Promise.resolve(ask(engine));
    await nextTurn();
    await engine.batch({
      deletes: [["has_role", ann, "owner", doc("1")]],
      inserts: [["has_role", ann, "owner", doc("3")]],
    });
    while ((await Promise.race([asked, nextTurn()])) === undefined) await rows.come();
    expect(await asked).toEqual(after);
  });

  test("facts that only another engine's policy knows have no effect on a question that waits already", async () => {
    const rows = new SlowRows();
    const engine = await createEngine({
      types: rows.types,
      logger: silent,
      policy: `actor User {} resource Doc { roles = ["reader"]; }
        allow(u: User, "read", d: Doc) if d.shown = true and has_role(u, _role, d);`,
    });
    const store = (await import("arcturus")).memoryStore();
    const shared = await createEngine({
      store,
      types: rows.types,
      logger: silent,
      policy: engine.policySource(),
    });
    const other = await createEngine({
      store,
      logger: silent,
      policy: 'actor User {} resource Doc { roles = ["reader", "former reader"]; }',
    });
    const asked = [
      shared.authorize(ann, "read", doc("1")),
      shared.authorizeMany(ann, "read", [doc("1"), doc("1")]),
      shared.list(ann, "read", "Doc"),
    ];
    await nextTurn();
    await other.tell("has_role", ann, "former reader", doc("1"));
    await rows.come();
    await rows.come();
    expect(await Promise.all(asked)).toEqual([false, [false, false], []]);
  });
});

describe("a policy that is replaced while a question waits for rows", () => {
  const lax = `actor User {} resource Doc { roles = ["member", "guest"]; }
    allow(u: User, "read", d: Doc) if d.shown = true and has_role(u, _role, d);`;
  const strict = lax.replace("_role, d", '"member", d');

  test("what is told after that is not read by the old policy: nobody was ever allowed", async () => {
    const rows = new SlowRows();
    const engine = await createEngine({ policy: lax, types: rows.types, logger: silent });
    const asked = [
      engine.authorize(eve, "read", doc("1")),
      engine.decide(eve, "read", doc("1")),
      engine.authorizeMany(eve, "read", [doc("2"), doc("1")]),
      engine.authorize(eve, "read", doc("1"), { contextFacts: [] }),
      engine.actions(eve, doc("1")),
      engine.explain(eve, "read", doc("1")).then(({ allowed }) => allowed),
      engine.query('allow(User{"eve"}, "read", Doc{"1"})'),
    ];
    await nextTurn();
    // Guests may read no longer, and only then somebody becomes one.
    await engine.setPolicy(strict);
    await engine.tell("has_role", eve, "guest", doc("1"));
    await rows.come();
    await rows.come();
    expect(await Promise.all(asked)).toEqual([false, false, [false, false], false, [], false, []]);
  });
});

describe("prepared questions", () => {
  test("go by the policy in force, and by the facts that it knows", async () => {
    const engine = await gitcloudEngine();
    const look = prepared(engine.decide, bob, "read", "Repo")!;
    expect([look.may("anvil"), look.extent()]).toEqual([true, "some"]);
    await engine.setPolicy(gitcloud.replace('"read" if "reader";', ""));
    expect([look.may("anvil"), look.extent(), look.steady()]).toEqual([false, "none", false]);
    await engine.setPolicy(`actor User {} resource Repo { permissions = ["read"]; }
      has_permission(_: User, "read", _: Repo);`);
    expect([look.may("anvil"), look.extent()]).toEqual([true, "all"]);
    await engine.setPolicy(gitcloud);
    await engine.delete("has_role", bob, "member", acme);
    expect([look.may("anvil"), look.extent()]).toEqual([false, "none"]);
  });
});

describe("facts and policies that change while a question pauses", () => {
  const [first, last]: readonly Fact[] = [
    ["has_role", ann, "first", doc("1")],
    ["has_role", ann, "last", doc("1")],
  ] as const;
  // The roles are looked at one after the other, with something to do in between.
  const policy = `actor User {} resource Doc { roles = ["first", "last"]; }
    step(1); step(2); step(3);
    allow(u: User, "read", d: Doc) if has_role(u, "first", d) and step(_) and has_role(u, "last", d);
    allow(u: User, "see", d: Doc) if has_role(u, "first", d) and not has_role(u, "last", d) and step(3);`;
  const verbs: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
    authorize: (engine) => engine.authorize(ann, "read", doc("1"), { contextFacts: [] }),
    authorizeMany: async (engine) =>
      (await engine.authorizeMany(ann, "read", [doc("2"), doc("1"), doc("1")], { contextFacts: [] })).includes(true),
    list: async (engine) => (await engine.list(ann, "read", "Doc", { contextFacts: [] })).length > 0,
    actions: async (engine) => (await engine.actions(ann, doc("1"), { contextFacts: [] })).includes("read"),
    explain: async (engine) => (await engine.explain(ann, "read", doc("1"))).allowed,
    query: async (engine) => (await engine.query('allow(User{"ann"}, "read", d)')).length > 0,
  };

  let pauses: Pauses;
  beforeEach(() => {
    pauses = new Pauses();
  });
  afterEach(() => pauses.end());

  test.each(Object.keys(verbs))("%s: a fact of one moment and one of the next prove nothing together", async (verb) => {
    let paused = 0;
    for (let turn = 0; turn < 18; turn++) {
      const engine = await createEngine({ policy, logger: silent });
      await engine.tell(...first);
      let isAnswered = false;
      const asked = verbs[verb]?.(engine).finally(() => {
        isAnswered = true;
      });
      for (let i = 0; i < turn; i++) {
        await nextTurn();
        // Something else that changes first must not make it blind for what comes after.
        if (i === 1 && turn % 2 === 1) await engine.tell("has_role", bob, "first", doc("9"));
      }
      await engine.delete(...first);
      await engine.tell(...last);
      if (!isAnswered) paused++;
      expect(await asked, `changed in turn ${turn}`).toBe(false);
    }
    expect(paused).toBeGreaterThan(2);
  });

  test.each(Object.keys(verbs))(
    "%s: half of an answer by the old policy and half by the new prove nothing",
    async (verb) => {
      // By the first policy nobody may without `first`, by the second nobody without `last`.
      const other = policy.replace(
        'has_role(u, "first", d) and step(_) and has_role(u, "last", d)',
        'step(_) and has_role(u, "last", d) and has_role(u, "first", d)',
      );
      for (let turn = 0; turn < 12; turn++) {
        const engine = await createEngine({ policy, logger: silent });
        await engine.tell(...first);
        const asked = verbs[verb]?.(engine);
        for (let i = 0; i < turn; i++) await nextTurn();
        await engine.setPolicy(other);
        await engine.delete(...first);
        await engine.tell(...last);
        expect(await asked, `changed in turn ${turn}`).toBe(false);
      }
    },
  );

  test("pieces of one long answer are of one moment, of one policy, and about what was asked", async () => {
    const docs = Array.from({ length: 3_000 }, (_, i) => entity("Doc", `${i}`));
    const team = entity("Team", "t");
    const rule = '"reader" if "member" on "team";';
    const source = `actor User {} resource Team { roles = ["member"]; }
      resource Doc { roles = ["reader"]; permissions = ["read"]; relations = { team: Team }; "read" if "reader"; ${rule} }`;
    const engine = await createEngine({ policy: source, logger: silent });
    await engine.bulkTell(docs.map((one): Fact => ["has_relation", one, "team", team]));
    const member: Fact = ["has_role", ann, "member", team];
    const changes: readonly ((asked: Reference[]) => unknown)[] = [
      () => engine.tell(...member),
      () => engine.delete(...member),
      () => engine.setPolicy(source.replace(rule, "")),
      () => engine.setPolicy(source),
      (asked) => asked.fill(ann),
    ];
    for (const change of changes) {
      for (let turn = 0; turn < 3; turn++) {
        for (const isMember of [true, false]) {
          await (isMember ? engine.tell(...member) : engine.delete(...member));
          const asked = [...docs];
          const answers = engine.authorizeMany(ann, "read", asked);
          for (let i = 0; i < turn; i++) await nextTurn();
          await change(asked);
          expect(new Set(await answers).size, `${change} in turn ${turn}`).toBe(1);
        }
      }
    }
    await engine.setPolicy(source);
    await engine.tell(...member);
    const asked = [...docs];
    const answers = engine.authorizeMany(ann, "read", asked);
    await nextTurn();
    asked.fill(ann);
    expect((await answers).every(Boolean)).toBe(true);
    await engine.close();
  });

  test.each(Object.keys(verbs))("%s: an engine that is closed meanwhile answers no more", async (verb) => {
    const engine = await createEngine({ policy, logger: silent });
    await engine.bulkTell([first as Fact, last as Fact]);
    const asked = verbs[verb]?.(engine);
    await nextTurn();
    await engine.close();
    await expect(asked).rejects.toMatchObject({ code: "engine/closed" });
  });
});

test("closing an engine while a question waits for rows: it is not answered", async () => {
  const rows = new SlowRows();
  const engine = await createEngine({
    policy: 'actor User {} allow(_: User, "read", d: Doc) if d.shown;',
    types: rows.types,
    logger: silent,
  });
  const asked = [
    engine.authorize(ann, "read", doc("1")),
    engine.authorizeMany(ann, "read", [doc("1"), doc("2")]),
    engine.actions(ann, doc("3")),
  ];
  const settled = Promise.allSettled(asked);
  await nextTurn();
  await engine.close();
  await rows.come();
  for (const one of await settled) {
    expect(one).toMatchObject({ status: "rejected", reason: { code: "engine/closed" } });
  }
});

describe("I1, I8: the answer is that of one moment, whatever is written meanwhile", () => {
  let pauses: Pauses;
  beforeEach(() => {
    pauses = new Pauses();
  });
  afterEach(() => pauses.end());

  const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "reads", x: Folder) if has_role(a, "reader", x) or has_role(a, "writer", x);
allow(a: Actor, "before", x: Folder) if has_permission(a, "read", x) and x.shown = true;
allow(a: Actor, "after", x: Folder) if x.shown = true and has_permission(a, "read", x) and not has_role(a, "banned", x);
allow(a: Actor, "either", x: Folder) if has_role(a, "reader", x);
allow(a: Actor, "either", x: Folder) if has_role(a, "writer", x) and x.shown = true;
allow(a: Actor, "both", x: Folder) if has_role(a, "reader", x) and x.shown = true and has_permission(a, "write", x);
`;
  const actions = ["read", "write", "reads", "before", "after", "either", "both"];
  const users = valuesOfSort.User.filter(isReference).slice(0, 2);
  const folders = valuesOfSort.Folder.filter(isReference);

  interface State {
    readonly policy: string;
    readonly facts: readonly Fact[];
  }

  /** Rows come when `gate` lets them. */
  async function engineAt({ policy, facts }: State, gate: () => Promise<void>): Promise<Engine> {
    const type: TypeOptions = {
      fields: { shown: "Boolean" },
      load: async (ids) => {
        await gate();
        return ids.map((id) => ({ id, shown: id !== "1" }));
      },
    };
    const engine = await createEngine({ policy, logger: silent, types: { Folder: type, Note: type } });
    await engine.bulkTell(facts);
    return engine;
  }

  const questions: readonly ((pick: (most: number) => number) => {
    readonly name: string;
    readonly ask: (engine: Engine) => unknown;
  })[] = [
    (pick) => {
      const [who, action, what] = [one(users, pick), one(actions, pick), one(folders, pick)];
      return { name: `authorize ${who.id} ${action} ${what.id}`, ask: (engine) => engine.authorize(who, action, what) };
    },
    (pick) => {
      const [who, action] = [one(users, pick), one(actions, pick)];
      return { name: `authorizeMany ${who.id} ${action}`, ask: (engine) => engine.authorizeMany(who, action, folders) };
    },
    (pick) => {
      // More of them than are answered in one piece; with a rule for all of them that is compiled.
      const [who, action] = [one(users, pick), "reads"];
      const many = Array.from({ length: 1_100 }, (_, i) => folders[i % folders.length] as Reference);
      return { name: `many ${who.id} ${action}`, ask: (engine) => engine.authorizeMany(who, action, many) };
    },
    (pick) => {
      const [who, action] = [one(users, pick), one(actions, pick)];
      return {
        name: `list ${who.id} ${action}`,
        ask: async (engine) => (await engine.list(who, action, "Folder")).sort(),
      };
    },
    (pick) => {
      const [who, what] = [one(users, pick), one(folders, pick)];
      return { name: `actions ${who.id} ${what.id}`, ask: (engine) => engine.actions(who, what) };
    },
    (pick) => {
      const [who, action, what] = [one(users, pick), one(actions, pick), one(folders, pick)];
      return {
        name: `explain ${who.id} ${action} ${what.id}`,
        ask: async (engine) => (await engine.explain(who, action, what)).allowed,
      };
    },
    (pick) => {
      const [who, action] = [one(users, pick), one(actions, pick)];
      return {
        name: `filter ${who.id} ${action}`,
        ask: async (engine) => folders.map(toPredicate(await engine.filter(who, action, "Folder"))),
      };
    },
    (pick) => {
      const [who, action, what] = [one(users, pick), one(actions, pick), one(folders, pick)];
      const contextFacts: Fact[] = [["has_role", who, one(["reader", "writer", "banned"], pick), what]];
      return {
        name: `with facts of its own ${who.id} ${action} ${JSON.stringify(contextFacts)}`,
        ask: (engine) => engine.authorizeMany(who, action, folders, { contextFacts }),
      };
    },
    (pick) => {
      const [who, action] = [one(users, pick), one(actions, pick)];
      const goal = `has_role(User{"${who.id}"}, role, f) and allow(User{"${who.id}"}, "${action}", f)`;
      return {
        name: goal,
        ask: async (engine) =>
          (await engine.query(goal)).map(({ role, f }) => `${role} ${(f as Reference | undefined)?.id}`).sort(),
      };
    },
  ];

  function one<T>(values: readonly T[], pick: (most: number) => number): T {
    return values[pick(values.length - 1)] as T;
  }

  interface Course {
    readonly worlds: readonly [RandomWorld, RandomWorld];
    readonly picks: readonly number[];
    readonly changes: boolean;
  }

  /** Questions are asked, facts and policies change, rows come, in any order; every answer has to be that of one moment. */
  async function follow({ worlds, picks, changes }: Course): Promise<number> {
    let at = 0;
    const pick = (most: number): number => (picks[at++ % picks.length] as number) % (most + 1);
    const policies = worlds.map(({ policy }) => policy + doors);
    const roles = users.flatMap((user) =>
      folders.flatMap((folder) => ["reader", "writer", "banned"].map((role): Fact => ["has_role", user, role, folder])),
    );
    const pool = [...worlds[0].facts, ...roles];
    const keyOf = (fact: Fact): string => JSON.stringify(fact);
    const facts = [
      ...new Map([...worlds[0].facts, ...roles.filter(() => pick(1) === 0)].map((f) => [keyOf(f), f])).values(),
    ];
    const first: State = { policy: policies[0] as string, facts };
    let waiting: (() => void)[] = [];
    pauses.on = true;
    const engine = await engineAt(first, () => new Promise((resolve) => waiting.push(resolve)));
    const timeline = new Timeline<State, Engine>(first);
    for (let step = 0; step < 24; step++) {
      const kind = pick(9);
      if (kind < 4) {
        const { name, ask } = one(questions, pick)(pick);
        timeline.ask(name, ask, engine);
      } else if (kind < 8) {
        const { policy, facts: stored } = timeline.present;
        // Roles decide most answers.
        const fact = kind === 4 && stored.length > 0 ? one(stored, pick) : one(kind === 5 ? pool : roles, pick);
        const without = stored.filter((other) => keyOf(other) !== keyOf(fact));
        const told = without.length === stored.length;
        const done = told ? engine.tell(...fact) : engine.delete(...fact);
        timeline.becomes({ policy, facts: told ? [...stored, fact] : without });
        await done;
      } else if (kind === 8 && changes) {
        const { policy, facts: stored } = timeline.present;
        const next = policies.find((other) => other !== policy) ?? policy;
        // It comes into force in one of the next turns: both are right until it is there.
        timeline.becomes({ policy: next, facts: stored });
        await engine.setPolicy(next);
        timeline.becomes({ policy: next, facts: stored });
      } else {
        for (const come of waiting.splice(0)) come();
      }
      if (pick(1) === 0) await nextTurn();
    }
    pauses.on = false;
    for (let turn = 0; turn < 1_000 && !timeline.isSettled; turn++) {
      for (const come of waiting) come();
      waiting = [];
      await nextTurn();
    }
    expect(timeline.isSettled).toBe(true);
    // For each policy one that nothing is ever asked of while something changes.
    const calm = new Map<string, { readonly engine: Engine; facts: readonly Fact[] }>();
    await timeline.check(async (state) => {
      const before = calm.get(state.policy);
      const without = (these: readonly Fact[], those: readonly Fact[]): Fact[] => {
        const keys = new Set(those.map(keyOf));
        return these.filter((fact) => !keys.has(keyOf(fact)));
      };
      const oracle = before ?? { engine: await engineAt(state, async () => {}), facts: state.facts };
      await oracle.engine.batch({
        deletes: without(oracle.facts, state.facts),
        inserts: without(state.facts, oracle.facts),
      });
      oracle.facts = state.facts;
      calm.set(state.policy, oracle);
      return oracle.engine;
    });
    return timeline.changed;
  }

  test.each([
    ["facts", false],
    ["facts and policies", true],
  ] as const)("%s", async (_what, changes) => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(randomWorld, randomWorld),
        fc.array(fc.nat(), { minLength: 60, maxLength: 120 }),
        async (worlds, picks) => {
          changed += await follow({ worlds, picks, changes });
        },
      ),
      // A failure shrinks for minutes, and says as much as it is.
      { numRuns: runs(5), endOnFailure: true },
    );
    // In a few courses there may be none.
    if (isNightly) expect(changed, "answers that a change has made others").toBeGreaterThan(0);
  });
});
