import {
  createEngine,
  type Engine,
  entity,
  type Fact,
  type FactStore,
  isReference,
  memoryStore,
  type Reference,
} from "arcturus";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isNightly, runs } from "../support/effort.js";
import { type RandomWorld, randomWorld, valuesOfSort } from "../support/random-worlds.js";
import { acme, ann, bob, eve, silent } from "./gitcloud.js";

/*
 * Several engines on one store: each answers as if it were alone with the facts that its own policy knows, whoever wrote
 * them; what another policy alone knows has no effect, and each engine refuses to tell what its own does not know.
 */

const users = valuesOfSort.User.filter(isReference).slice(0, 2);
const folders = valuesOfSort.Folder.filter(isReference);
const actions = ["read", "write", "any role", "any relation", "seen"];

/** Rules that take whatever facts there are. */
const open = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: User, "any role", x: Folder) if has_role(a, _role, x);
allow(a: User, "any relation", x: Folder) if has_relation(x, _name, a) or (has_relation(x, _other, y) and has_role(a, _role, y));
`;

/** A policy that knows some of the names only. */
function narrow(roles: readonly string[], relations: readonly string[], seen: string): string {
  return `actor User {} actor Team {} resource Org { roles = ["member"]; }
resource Folder {
  roles = ${JSON.stringify(roles)}; permissions = ["read", "write"];
  relations = { ${relations.map((name) => `${name}: ${{ parent: "Folder", org: "Org", owner: "User" }[name]}`).join(", ")} };
  ${roles.map((role) => `"read" if "${role}";`).join(" ")}
}
resource Note extends Folder {}
declare level(Folder, ${seen});
allow(_: User, "seen", x: Folder) if level(x, _level);
${open}`;
}

const narrowPolicy = fc
  .record({
    roles: fc.subarray(["reader", "writer", "banned", "former"], { minLength: 1 }),
    relations: fc.subarray(["parent", "org", "owner"], { minLength: 1 }),
    seen: fc.constantFrom("Integer", "String"),
  })
  .map(({ roles, relations, seen }) => narrow(roles, relations, seen));

const widePolicy = (world: RandomWorld): string => `${world.policy}${open}
allow(_: User, "seen", x: Folder) if level(x, _level);`;

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.tuple(
    fc.constant("has_role"),
    fc.constantFrom(...users),
    fc.constantFrom("reader", "writer", "banned", "former"),
    fc.constantFrom(...folders),
  ),
  fc.tuple(
    fc.constant("has_relation"),
    fc.constantFrom(...folders),
    fc.constantFrom("parent", "org", "owner"),
    fc.constantFrom(...users, ...folders, entity("Org", "0")),
  ),
  fc.tuple(fc.constant("level"), fc.constantFrom(...folders), fc.constantFrom<string | number>(1, 2, "low")),
  fc.tuple(fc.constant("has_role"), fc.constantFrom(...users), fc.constant("member"), fc.constant(entity("Org", "0"))),
);

type Step =
  | {
      readonly kind: "write";
      readonly by: number;
      readonly deletes: readonly Fact[];
      readonly inserts: readonly Fact[];
    }
  | { readonly kind: "forget"; readonly by: number; readonly predicate: string; readonly user: Reference }
  | { readonly kind: "policy"; readonly by: number; readonly takes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      by: fc.nat(2),
      deletes: fc.array(fact, { maxLength: 2 }),
      inserts: fc.array(fact, { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("forget" as const),
      by: fc.nat(2),
      predicate: fc.constant("has_role"),
      user: fc.constantFrom(...users),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("policy" as const), by: fc.nat(2), takes: fc.nat(3) }),
  },
);

const keyOf = (one: Fact): string => JSON.stringify(one);
const sameSet = (facts: readonly Fact[]): string[] => facts.map(keyOf).sort();

/** Answers of an engine to everything that tells policies and facts apart, written out. */
async function answersOf(engine: Engine): Promise<unknown> {
  const answers: unknown[] = [];
  for (const user of users) {
    for (const action of actions) {
      answers.push(
        folders.map((folder) => engine.decide(user, action, folder)),
        await engine.authorizeMany(user, action, folders, { contextFacts: [] }),
        (await engine.list(user, action, "Folder")).sort(),
      );
    }
    for (const folder of folders) answers.push(await engine.actions(user, folder));
  }
  const goals = ["has_role(u, r, f)", "has_relation(f, n, x)", "level(f, n)"];
  for (const goal of goals) answers.push((await engine.query(goal)).map((found) => JSON.stringify(found)).sort());
  return answers;
}

describe("I6: engines that share a store", () => {
  test("each answers as if it were alone, and refuses what it would refuse alone", async () => {
    const seen = { refused: 0, misfits: 0, replaced: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(narrowPolicy, narrowPolicy, randomWorld.map(widePolicy), narrowPolicy),
        fc.array(fact, { maxLength: 6 }),
        fc.array(step, { minLength: 4, maxLength: 12 }),
        async (policies, early, steps) => {
          const store = memoryStore();
          const engines: Engine[] = [];
          const inForce = policies.slice(0, 3);
          for (const policy of inForce) engines.push(await createEngine({ policy, store, logger: silent }));
          const fits = async (policy: string, one: Fact): Promise<boolean> => {
            const scratch = await alone(policy);
            return scratch.tell(...one).then(
              () => true,
              () => false,
            );
          };
          let stored: Fact[] = [];
          const write = async (by: number, deletes: readonly Fact[], inserts: readonly Fact[]): Promise<void> => {
            const engine = engines[by] as Engine;
            const written = await engine.batch({ deletes, inserts }).then(
              () => true,
              (error: unknown) => {
                expect(error).toMatchObject({ name: "InputError" });
                return false;
              },
            );
            const known = await Promise.all(inserts.map((one) => fits(inForce[by] as string, one)));
            expect(written, JSON.stringify([inForce[by], inserts])).toBe(known.every(Boolean));
            if (!written) seen.refused++;
            else {
              const gone = new Set(deletes.map(keyOf));
              const kept = stored.filter((one) => !gone.has(keyOf(one)));
              stored = [...new Map([...kept, ...inserts].map((one) => [keyOf(one), one])).values()];
            }
          };
          for (const one of early) await write(2, [], [one]);
          for (const [n, next] of steps.entries()) {
            const engine = engines[next.by] as Engine;
            if (next.kind === "write") await write(next.by, next.deletes, next.inserts);
            else if (next.kind === "forget") {
              await engine.delete(next.predicate, next.user, null, null);
              stored = stored.filter(([p, user]) => p !== next.predicate || (user as Reference).id !== next.user.id);
            } else {
              inForce[next.by] = policies[next.takes] as string;
              await engine.setPolicy(inForce[next.by] as string);
              seen.replaced++;
            }
            for (const [i, one] of engines.entries()) {
              // Each in its turn, and the one that has a new policy.
              if (n % 3 !== i && n < steps.length - 1 && (next.kind !== "policy" || next.by !== i)) continue;
              const policy = inForce[i] as string;
              const known: Fact[] = [];
              for (const told of stored) if (await fits(policy, told)) known.push(told);
              const fresh = await alone(policy, known);
              seen.misfits += stored.length - known.length;
              expect(await answersOf(one), `engine ${i} after ${JSON.stringify(next)}`).toEqual(await answersOf(fresh));
              expect(sameSet(await everything(one))).toEqual(sameSet(stored));
              if (next.kind === "policy" && next.by === i) {
                expect(one.policyMetadata().misfits.count).toBe(stored.length - known.length);
              }
            }
          }
        },
      ),
      { numRuns: runs(4), endOnFailure: true },
    );
    if (isNightly) expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(2);
  });

  /** Engines that check facts are made once for each policy. */
  const scratches = new Map<string, Engine>();

  async function alone(policy: string, facts?: readonly Fact[]): Promise<Engine> {
    if (facts !== undefined) {
      const engine = await createEngine({ policy, logger: silent });
      await engine.bulkTell(facts);
      return engine;
    }
    const scratch = scratches.get(policy) ?? (await createEngine({ policy, logger: silent }));
    scratches.set(policy, scratch);
    return scratch;
  }

  async function everything(engine: Engine): Promise<Fact[]> {
    return [...(await engine.get("has_role")), ...(await engine.get("has_relation")), ...(await engine.get("level"))];
  }
});

describe("engines that share a store, one by one", () => {
  const policy = (roles: string): string => `actor User {} resource Org { roles = [${roles}]; permissions = ["read"]; }
    has_permission(u: User, "read", o: Org) if has_role(u, _role, o);`;

  async function three(store: FactStore = memoryStore()): Promise<[Engine, Engine, Engine]> {
    const engineOf = (roles: string): Promise<Engine> => createEngine({ policy: policy(roles), store, logger: silent });
    return [
      await engineOf('"member"'),
      await engineOf('"member", "guest"'),
      await engineOf('"member", "guest", "robot"'),
    ];
  }

  test("a write of which one fact is unknown to another engine leaves that one alone out there", async () => {
    const [narrowest, , widest] = await three();
    await widest.bulkTell([
      ["has_role", ann, "member", acme],
      ["has_role", bob, "robot", acme],
      ["has_role", eve, "member", acme],
    ]);
    const read = (engine: Engine): unknown => [ann, bob, eve].map((who) => engine.decide(who, "read", acme));
    expect(read(narrowest)).toEqual([true, false, true]);
    expect(read(widest)).toEqual([true, true, true]);
  });

  test("what came before anybody asked counts, whatever came after it", async () => {
    const [narrowest, middle, widest] = await three();
    await widest.tell("has_role", bob, "robot", acme);
    await middle.tell("has_role", eve, "guest", acme);
    await narrowest.tell("has_role", ann, "member", acme);
    const read = (engine: Engine): unknown => [ann, bob, eve].map((who) => engine.decide(who, "read", acme));
    expect([narrowest, middle, widest].map(read)).toEqual([
      [true, false, false],
      [true, false, true],
      [true, true, true],
    ]);
    // Now that the misfits are known, another one.
    await widest.tell("has_role", ann, "robot", acme);
    await widest.delete("has_role", ann, "member", acme);
    await widest.tell("has_role", eve, "robot", acme);
    expect([narrowest, middle, widest].map(read)).toEqual([
      [false, false, false],
      [false, false, true],
      [true, true, true],
    ]);
  });

  test("several facts that do not fit, between such as do, are all left out", async () => {
    const store = memoryStore();
    const [, , widest] = await three(store);
    await widest.bulkTell(
      ["robot", "member", "guest", "member", "robot", "guest"].map(
        (role, i): Fact => ["has_role", entity("User", `u${i}`), role, acme],
      ),
    );
    const late = await createEngine({ policy: policy('"member"'), store, logger: silent });
    expect(Array.from({ length: 6 }, (_, i) => late.decide(entity("User", `u${i}`), "read", acme))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(late.policyMetadata().misfits.count).toBe(4);
  });

  test("closing one of them, however often, closes none of the others", async () => {
    const [first, second] = await three();
    for (let i = 0; i < 4; i++) await first.close();
    await second.tell("has_role", ann, "member", acme);
    expect(second.decide(ann, "read", acme)).toBe(true);
    await second.close();
  });

  test("a policy that comes into force is that of its own engine alone", async () => {
    const [first, second] = await three();
    await first.tell("has_role", ann, "member", acme);
    expect([first, second].map((engine) => engine.decide(ann, "read", acme))).toEqual([true, true]);
    await first.setPolicy(policy('"guest"'));
    expect([first, second].map((engine) => engine.decide(ann, "read", acme))).toEqual([false, true]);
    await expect(first.tell("has_role", bob, "member", acme)).rejects.toMatchObject({ code: "facts/unknown-name" });
    await second.tell("has_role", bob, "member", acme);
    expect([first, second].map((engine) => engine.decide(bob, "read", acme))).toEqual([false, true]);
    expect(await first.list(ann, "read", "Org")).toEqual([]);
    expect(await first.actions(ann, acme)).toEqual([]);
  });
});
