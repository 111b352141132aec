import { type Engine, entity, type Fact, InputError } from "arcturus";
import fc from "fast-check";
import { expect } from "vitest";
import { invariant } from "./invariant.js";

const org = entity("Org", "o");
const people = [entity("User", "u"), entity("Bot", "b")];

/** Policies whose declarations differ, with rules that would take any fact. */
const policy: fc.Arbitrary<string> = fc
  .record({
    roles: fc.subarray(["admin", "member", "guest"], { minLength: 1 }),
    bots: fc.boolean(),
    near: fc.constantFrom("", "User, Org", "Bot, Org", "User, Integer"),
  })
  .map(({ roles, bots, near }) => {
    const usable = bots || !near.includes("Bot") ? near : "";
    return `actor User {} ${bots ? "actor Bot {}" : ""}
      resource Org { roles = ${JSON.stringify(roles)}; permissions = ["read", "near"]; }
      has_permission(a: Actor, "read", o: Org) if has_role(a, _role, o);
      ${usable === "" ? "" : `declare near(${usable}); has_permission(a: Actor, "near", ${usable.endsWith("Org") ? "o" : "_"}: Org) if near(a, ${usable.endsWith("Org") ? "o" : "_"});`}`;
  });

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.tuple(
    fc.constant("has_role"),
    fc.constantFrom(...people),
    fc.constantFrom("admin", "member", "guest"),
    fc.constant(org),
  ),
  fc.tuple(fc.constant("near"), fc.constantFrom(...people), fc.constantFrom(org, 1)),
);

async function fits(engine: Engine, told: Fact): Promise<boolean> {
  try {
    await engine.tell(...told);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return false;
  }
}

function answers(engine: Engine, options = {}): unknown[] {
  return people.flatMap((actor) => ["read", "near"].map((action) => engine.decide(actor, action, org, options)));
}

invariant(
  "I6: after a change of the policy, facts count if they fit the new one; the others have no effect and are counted",
  (make) =>
    fc.asyncProperty(
      fc.array(policy, { minLength: 2, maxLength: 4 }),
      fc.array(fact, { maxLength: 8 }),
      fact,
      async (policies, facts, given) => {
        const engine = await make({ policy: policies[0] as string }, []);
        const told = new Map<string, Fact>();
        for (const text of policies) {
          await engine.setPolicy(text);
          for (const one of facts) if (await fits(engine, one)) told.set(JSON.stringify(one), one);
          const fresh = await make({ policy: text }, []);
          let misfits = 0;
          for (const one of told.values()) if (!(await fits(fresh, one))) misfits++;
          expect(answers(engine)).toEqual(answers(fresh));
          expect(await engine.list(people[0] as object, "read", "Org")).toEqual(
            await fresh.list(people[0] as object, "read", "Org"),
          );
          // A fact of the context is judged like one that is told.
          const ask = { contextFacts: [given] };
          const alone = await make({ policy: text }, []);
          if (await fits(alone, given)) expect(answers(engine, ask)).toEqual(answers(fresh, ask));
          else expect(() => answers(engine, ask)).toThrow(InputError);
          await engine.setPolicy(text);
          expect(engine.policyMetadata().misfits.count).toBe(misfits);
        }
      },
    ),
  {
    runs: 30,
    defects: {
      "facts judged by the first policy for ever": (engine) => ({ ...engine, setPolicy: async () => {} }),
      "misfits that are not counted": (engine) => ({
        ...engine,
        policyMetadata: () => ({ ...engine.policyMetadata(), misfits: { count: 0, summary: [] } }),
      }),
    },
  },
);
