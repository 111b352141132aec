import { createEngine, type Engine, entity, type Fact, memoryStore, type Reference } from "arcturus";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../support/effort.js";
import { acme, ann, anvil, bob, eve, gitcloud, gitcloudEngine, rocket, silent } from "./gitcloud.js";

const reader: Fact = ["has_role", eve, "reader", anvil];

describe("context facts", () => {
  test("they hold for the call they are given to, in every verb", async () => {
    const engine = await gitcloudEngine();
    const options = { contextFacts: [reader] };
    expect(await engine.authorize(eve, "read", anvil, options)).toBe(true);
    expect(engine.decide(eve, "read", rocket, options), "through rules like stored ones").toBe(true);
    expect(await engine.authorizeMany(eve, "read", [anvil, acme], options)).toEqual([true, false]);
    expect((await engine.list(eve, "read", "Repo", options)).sort()).toEqual(["anvil", "rocket"]);
    expect(await engine.actions(eve, anvil, options)).toEqual(["read"]);
    expect(await engine.query('has_role(User{"eve"}, r, Repo{"anvil"})', options)).toEqual([{ r: "reader" }]);
    expect((await engine.explain(eve, "read", anvil, options)).allowed).toBe(true);
    expect(await engine.filter(eve, "read", "Repo", options)).toMatchObject({ kind: "where" });
  });

  test("I8: they reach no other call, no store and no memory", async () => {
    const engine = await gitcloudEngine();
    expect(engine.decide(eve, "read", anvil, { contextFacts: [reader] })).toBe(true);
    expect(engine.decide(eve, "read", anvil)).toBe(false);
    expect(engine.decide(eve, "read", anvil, { contextFacts: [] })).toBe(false);
    expect(await engine.list(eve, "read", "Repo")).toEqual([]);
    expect(await engine.get("has_role", eve, null, null)).toEqual([]);
    expect(await engine.query('has_role(User{"eve"}, _, _)')).toEqual([]);
  });

  test("I8: they reach no other call that is waiting at the same time", async () => {
    const gates = new Map<string, () => void>();
    class Doc {
      readonly id: string;
      constructor(id: string) {
        this.id = id;
      }
      ready(): Promise<boolean> {
        return new Promise((resolve) => gates.set(this.id, () => resolve(true)));
      }
    }
    const engine = await createEngine({
      logger: silent,
      types: { Doc: { class: Doc } },
      policy: 'actor User {} declare reader(User, Doc); allow(u: User, "read", d: Doc) if d.ready() and reader(u, d);',
    });
    const ids = Array.from({ length: 8 }, (_, i) => `d${i}`);
    const questions = ids.map((id, i) =>
      engine.authorize(ann, "read", new Doc(id), {
        // Every other one is given the fact; all of them wait while the others are asked.
        ...(i % 2 === 0 ? { contextFacts: [["reader", ann, entity("Doc", id)] as const] } : {}),
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const id of [...ids].reverse()) gates.get(id)?.();
    expect(await Promise.all(questions)).toEqual(ids.map((_, i) => i % 2 === 0));
  });

  test("I6: one that the policy in force does not know is refused as it is by tell, wherever it stands", async () => {
    const open = (role: string): string => `actor User {} resource Org { roles = ["member", "${role}"]; }
      allow(u: User, "read", o: Org) if has_role(u, _role, o);`;
    const engine = await createEngine({ policy: open("former"), logger: silent });
    const former: Fact = ["has_role", eve, "former", acme];
    const member: Fact = ["has_role", ann, "member", acme];
    const verbs = [
      (contextFacts: readonly Fact[]) => engine.authorize(eve, "read", acme, { contextFacts }),
      async (contextFacts: readonly Fact[]) => engine.decide(eve, "read", acme, { contextFacts }),
      async (contextFacts: readonly Fact[]) =>
        (await engine.authorizeMany(eve, "read", [acme], { contextFacts })).includes(true),
      async (contextFacts: readonly Fact[]) => (await engine.list(eve, "read", "Org", { contextFacts })).length > 0,
      async (contextFacts: readonly Fact[]) => (await engine.actions(eve, acme, { contextFacts })).length > 0,
      async (contextFacts: readonly Fact[]) => (await engine.explain(eve, "read", acme, { contextFacts })).allowed,
      async (contextFacts: readonly Fact[]) =>
        (await engine.filter(eve, "read", "Org", { contextFacts })).kind !== "none",
      async (contextFacts: readonly Fact[]) =>
        (await engine.query('allow(User{"eve"}, "read", o)', { contextFacts })).length > 0,
    ];
    for (const ask of verbs) expect(await ask([member, former, member])).toBe(true);
    await engine.setPolicy(open("guest"));
    for (const ask of verbs) {
      for (const facts of [[former], [former, member], [member, former], [member, former, member]]) {
        await expect(ask(facts)).rejects.toMatchObject({ name: "InputError", code: "facts/unknown-name" });
      }
      await expect(ask([member, ["is_a", eve] as const])).rejects.toMatchObject({ code: "facts/unknown-predicate" });
    }
    await engine.setPolicy(open("former"));
    for (const ask of verbs) expect(await ask([former])).toBe(true);
  });

  test("they hold beside a revision to wait for, in every verb", async () => {
    const engine = await gitcloudEngine();
    const { revision: atLeast } = await engine.tell("is_public", rocket);
    const options = { atLeast, contextFacts: [reader] };
    expect(await engine.authorize(eve, "read", anvil, options)).toBe(true);
    expect(await engine.decide(eve, "read", anvil, options)).toBe(true);
    expect(await engine.authorizeMany(eve, "read", [acme, anvil], options)).toEqual([false, true]);
    expect((await engine.list(eve, "read", "Repo", options)).sort()).toEqual(["anvil", "rocket"]);
    expect(await engine.actions(eve, anvil, options)).toEqual(["read"]);
    expect((await engine.explain(eve, "read", anvil, options)).allowed).toBe(true);
  });

  test("a context fact under a `not` can deny", async () => {
    const engine = await gitcloudEngine();
    expect(engine.decide(ann, "read", anvil, { contextFacts: [["is_banned", ann]] })).toBe(false);
    expect(await engine.list(ann, "read", "Repo", { contextFacts: [["is_banned", ann]] })).toEqual([]);
    expect(engine.decide(bob, "read", anvil, { contextFacts: [["is_banned", ann]] })).toBe(true);
  });

  test("I8: questions with context facts answer as if the facts were stored", async () => {
    const users: readonly Reference[] = [ann, bob, eve];
    const orgs = [acme, entity("Org", "other")];
    const repos = [anvil, rocket, entity("Repo", "lone")];
    const fact: fc.Arbitrary<Fact> = fc.oneof(
      fc.tuple(
        fc.constant("has_role"),
        fc.constantFrom(...users),
        fc.constantFrom("admin", "member"),
        fc.constantFrom(...orgs),
      ),
      fc.tuple(
        fc.constant("has_role"),
        fc.constantFrom(...users),
        fc.constantFrom("admin", "reader"),
        fc.constantFrom(...repos),
      ),
      fc.tuple(fc.constant("has_relation"), fc.constantFrom(...repos), fc.constant("org"), fc.constantFrom(...orgs)),
      fc.tuple(
        fc.constant("has_relation"),
        fc.constantFrom(...repos),
        fc.constant("parent"),
        fc.constantFrom(...repos),
      ),
      fc.tuple(fc.constant("is_banned"), fc.constantFrom(...users)),
      fc.tuple(fc.constant("is_public"), fc.constantFrom(...repos)),
    );
    const facts = fc.array(fact, { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(facts, facts, async (stored, context) => {
        const split = await engineWith(stored);
        const whole = await engineWith([...stored, ...context]);
        const options = { contextFacts: context };
        for (const user of users) {
          for (const repo of repos) {
            for (const action of ["read", "delete"]) {
              expect(split.decide(user, action, repo, options)).toBe(whole.decide(user, action, repo));
            }
            expect(await split.actions(user, repo, options)).toEqual(await whole.actions(user, repo));
          }
          const lists = [await split.list(user, "read", "Repo", options), await whole.list(user, "read", "Repo")];
          expect(lists[0]?.sort()).toEqual(lists[1]?.sort());
        }
      }),
      { numRuns: runs(15) },
    );
  });
});

async function engineWith(facts: readonly Fact[]): Promise<Engine> {
  const engine = await createEngine({ policy: gitcloud, store: memoryStore(), logger: silent });
  await engine.bulkTell(facts);
  return engine;
}
