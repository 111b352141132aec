import { describe, expect, it } from "vitest";
import { entity, type Fact } from "../../src/facts/value.js";
import type { Explanation } from "../../src/solver/explanation.js";
import type { CallArgument } from "../../src/solver/machine.js";
import { factList, stored } from "../support/fact-list.js";
import { settled, type World, world } from "../support/questions.js";
import { Replay } from "../support/replay.js";

/*
 * One policy with every kind of premise, under every set of its facts: each explanation is read again by the replay
 * checker, each set of missing facts is told and taken apart.
 */

const ann = entity("User", "ann");
const doc = entity("Doc", "1");
const acme = entity("Org", "acme");

const policy = `actor User {}
resource Org { roles = ["member", "admin"]; "member" if "admin"; }
resource Doc {
  roles = ["reader", "owner"];
  permissions = ["read", "share", "purge", "seal", "keep"];
  relations = { org: Org };
  "reader" if "owner";
  "reader" if "member" on "org";
  "read" if "reader";
}
declare banned(User); declare level(User, Integer); declare locked(Doc); declare vip(User, Doc);
has_permission(u: User, "share", d: Doc) if
  has_role(u, "owner", d) and level(u, n) and n > 3 and not banned(u) and not locked(d);
has_permission(u: User, "purge", d: Doc) if
  (vip(u, d) or has_role(u, "admin", o) and has_relation(d, "org", o)) and not (banned(u) or locked(d));
has_permission(u: User, "seal", d: Doc) if level(u, n) and n in [1, 5] and forall(locked(d), n > 3) and vip(u, d);
has_permission(u: User, "keep", d: Doc) if vip(u, d) and locked(d) and level(u, n) and n = 5 and u matches User;
`;
const facts: readonly Fact[] = [
  ["has_role", ann, "owner", doc],
  ["has_relation", doc, "org", acme],
  ["has_role", ann, "admin", acme],
  ["level", ann, 5],
  ["banned", ann],
  ["locked", doc],
  ["vip", ann, doc],
];
const actions = ["read", "share", "purge", "seal", "keep"];

async function explain(w: World, ...args: CallArgument[]): Promise<Explanation> {
  const run = w.run();
  return settled(() => w.machine.explain("allow", args, run));
}

const small = world({ policy });

/** The same policy over other facts, without loading it again. */
function over(store: readonly Fact[], contextFacts: readonly Fact[] = []): World {
  const run = (mode?: "first" | "all") => ({
    ...small.run(mode),
    facts: factList(store),
    contextFacts: contextFacts.map(stored),
  });
  const holds: World["holds"] = async (name, ...args) => {
    const options = run("first");
    return (await settled(() => small.machine.call(name, args, options))).length > 0;
  };
  return { ...small, run, holds };
}

function subset(bits: number): Fact[] {
  return facts.filter((_, i) => (bits & (1 << i)) !== 0);
}

/** A fact as explanations write it. */
function written([name, ...args]: Fact): string {
  const text = args.map((arg) =>
    typeof arg === "object" ? `${arg.type}{${JSON.stringify(arg.id)}}` : JSON.stringify(arg),
  );
  return `${name}(${text.join(", ")})`;
}

const byText = new Map(facts.map((fact) => [written(fact), fact]));

describe("every explanation of a small policy", () => {
  it("is a proof, or names what is missing, whatever the facts are and wherever they come from", async () => {
    for (let bits = 0; bits < 2 ** facts.length; bits++) {
      const told = subset(bits);
      // Every third fact of those that are there comes with the question.
      const contextFacts = told.filter((_, i) => (i + bits) % 3 === 0);
      const store = told.filter((fact) => !contextFacts.includes(fact));
      const w = over(store, contextFacts);
      const replay = new Replay({ policy: small.policy, facts: store, contextFacts });
      for (const action of actions) {
        const explanation = await explain(w, ann, action, doc);
        expect(explanation.allowed).toBe(await w.holds("allow", ann, action, doc));
        const refusal = replay.explanation({ predicate: "allow", args: [ann, action, doc] }, explanation);
        if (refusal !== undefined) expect({ told, action, refusal, explanation }).toBeUndefined();
      }
    }
  }, 60_000);

  it("of a denial names every fact that alone would have been enough, and no set with one too many", async () => {
    const allowed = new Map<string, boolean>();
    const holds = async (told: readonly Fact[], action: string): Promise<boolean> => {
      const key = JSON.stringify([action, [...told].sort()]);
      const known = allowed.get(key) ?? (await over(told).holds("allow", ann, action, doc));
      allowed.set(key, known);
      return known;
    };
    for (let bits = 0; bits < 2 ** facts.length; bits++) {
      const told = subset(bits);
      for (const action of actions) {
        const { allowed: yes, attempts } = await explain(over(told), ann, action, doc);
        if (yes) continue;
        const sets = attempts.map(({ missing }) => missing);
        const sizes = sets.map((set) => set.length);
        expect(sizes).toEqual([...sizes].sort());
        // A number is no fact that somebody would think of.
        for (const fact of facts.filter((other) => other[0] !== "level" && !told.includes(other))) {
          if (await holds([...told, fact], action))
            expect([told, action, sets]).toEqual([told, action, expect.arrayContaining([[written(fact)]])]);
        }
        for (const set of sets) {
          const missing = set.map((text) => byText.get(text));
          if (missing.includes(undefined)) continue;
          expect([told, action, set, await holds([...told, ...(missing as Fact[])], action)]).toEqual([
            told,
            action,
            set,
            true,
          ]);
          for (const left of missing) {
            const rest = missing.filter((fact) => fact !== left) as Fact[];
            expect([told, action, set, left, await holds([...told, ...rest], action)]).toEqual([
              told,
              action,
              set,
              left,
              false,
            ]);
          }
        }
      }
    }
  }, 60_000);
});

it("a proof puts each value that was found in its own place", async () => {
  const w = world({
    policy: `actor User {} resource Doc {} declare link(Integer, Integer, Integer);
      step(x, y, z) if link(x, y, z); allow(_: User, "go", _: Doc) if step(_, y, z) and y < z;`,
    facts: [
      ["link", 1, 3, 2],
      ["link", 1, 2, 3],
    ],
  });
  const { derivation } = await explain(w, ann, "go", doc);
  expect(derivation).toMatchObject({
    premises: [
      { goal: "step(1, 2, 3)", premises: [{ fact: ["link", 1, 2, 3], stored: "store" }] },
      { kind: "builtin", goal: "y < z" },
    ],
  });
});

describe("what would have been enough", () => {
  const missing = async (text: string, stored: readonly Fact[], ...args: CallArgument[]): Promise<string[]> =>
    (await explain(world({ policy: text, facts: stored }), ...args)).attempts
      .map((one) => one.missing.join(" and "))
      .sort();

  it("is nothing when a fact that is there stands in the way", async () => {
    const guarded = `actor User {} resource Doc {} declare vip(User); declare banned(User); declare locked(Doc);
      allow(u: User, "a", _: Doc) if vip(u) and not banned(u);
      allow(u: User, "b", d: Doc) if vip(u) and not (banned(u) or locked(d));
      allow(u: User, "c", d: Doc) if vip(u) and forall(locked(d), banned(u));
      allow(u: User, "d", _: Doc) if vip(u) and banned(u) and not vip(u);`;
    expect(await missing(guarded, [], ann, "a", doc)).toEqual(['vip(User{"ann"})']);
    expect(await missing(guarded, [["banned", ann]], ann, "a", doc)).toEqual([]);
    expect(await missing(guarded, [["locked", doc]], ann, "b", doc)).toEqual([]);
    expect(await missing(guarded, [["locked", doc]], ann, "c", doc)).toEqual([]);
    expect(await missing(guarded, [["banned", ann]], ann, "d", doc)).toEqual([]);
    expect(await missing(guarded, [], ann, "d", doc)).toEqual([]);
  });

  it("is found beside what a fact stands in the way of, however small that would have been", async () => {
    const beside = `actor User {} resource Doc {} declare vip(User); declare banned(User); declare a(User); declare b(User); declare c(User);
      allow(u: User, "x", _: Doc) if vip(u) and not banned(u);
      allow(u: User, "x", _: Doc) if vip(u) and a(u);
      allow(u: User, "y", _: Doc) if vip(u) and not banned(u);
      allow(u: User, "y", _: Doc) if a(u) and b(u) and c(u);
      allow(u: User, "z", _: Doc) if vip(u) and forall(vip(u), a(u));
      allow(u: User, "z", _: Doc) if vip(u) and b(u);`;
    expect(await missing(beside, [["banned", ann]], ann, "x", doc)).toEqual(['vip(User{"ann"}) and a(User{"ann"})']);
    expect(await missing(beside, [], ann, "x", doc)).toEqual(['vip(User{"ann"})']);
    expect(await missing(beside, [["banned", ann]], ann, "y", doc)).toEqual([
      'a(User{"ann"}) and b(User{"ann"}) and c(User{"ann"})',
    ]);
    expect(await missing(beside, [["vip", ann]], ann, "z", doc)).toEqual(['b(User{"ann"})']);
  });

  it("is what it is once the application has answered", async () => {
    class Service {
      readonly id = "1";
      async says(yes: boolean): Promise<boolean> {
        return yes;
      }
    }
    const options = {
      policy: `actor User {} resource Doc {} declare vip(User); declare a(User);
        allow(_: User, "yes", _: Doc) if s.says(true);
        allow(_: User, "no", _: Doc) if s.says(false);
        allow(u: User, "first", _: Doc) if s.says(true) and vip(u);
        allow(u: User, "then", _: Doc) if vip(u) and a(u);
        allow(u: User, "then", _: Doc) if vip(u) and not s.says(true);
        allow(_: User, "both", _: Doc) if s.says(true);
        allow(_: User, "both", _: Doc) if 1 = 1;`,
      types: { Service: { class: Service } },
      constants: { s: new Service() },
    };
    const w = world(options);
    const found = async (action: string): Promise<unknown[]> => {
      const { allowed, derivation, attempts } = await explain(w, ann, action, doc);
      return [allowed, derivation?.kind, attempts.map(({ missing: set }) => set)];
    };
    expect(await found("yes")).toEqual([true, "rule", []]);
    expect(await found("no")).toEqual([false, undefined, []]);
    expect(await found("first")).toEqual([false, undefined, [['vip(User{"ann"})']]]);
    expect(await found("then")).toEqual([false, undefined, [['vip(User{"ann"})', 'a(User{"ann"})']]]);
    expect((await explain(w, ann, "both", doc)).derivation).toMatchObject({ premises: [{ goal: "s.says(true)" }] });
  });

  it("is not what would lead to an error, nor what only a fact of another kind could say", async () => {
    const odd = `actor User {} actor Bot {} resource Doc {} declare vip(User); declare level(User, Integer);
      allow(u: User, "a", _: Doc) if vip(u) and 1 < "a";
      allow(u: User, "b", _: Doc) if level(u, n) and n = 3;
      allow(u, "c", _: Doc) if vip(u);
      allow(u: User, "d", d: Doc) if vip(u) and d.name = "x";`;
    expect(await missing(odd, [], ann, "a", doc)).toEqual([]);
    expect(await missing(odd, [], ann, "d", doc)).toEqual([]);
    expect(await missing(odd, [], ann, "c", doc)).toEqual(['vip(User{"ann"})']);
    expect(await missing(odd, [], entity("Bot", "b"), "c", doc)).toEqual([]);
  });

  it("names as many as three facts together, and not four", async () => {
    const wanting = (count: number): string => {
      const names = Array.from({ length: count }, (_, i) => `f${i}`);
      return `actor User {} resource Doc {} ${names.map((name) => `declare ${name}(User);`).join(" ")}
        allow(u: User, "a", _: Doc) if ${names.map((name) => `${name}(u)`).join(" and ")};`;
    };
    for (const count of [1, 2, 3]) {
      const all = Array.from({ length: count }, (_, i) => `f${i}(User{"ann"})`);
      expect(await missing(wanting(count), [], ann, "a", doc)).toEqual([all.join(" and ")]);
      expect(await missing(wanting(count), [["f0", ann]], ann, "a", doc)).toEqual(
        count === 1 ? [] : [all.slice(1).join(" and ")],
      );
    }
    expect(await missing(wanting(4), [], ann, "a", doc)).toEqual([]);
    expect(await missing(wanting(4), [["f2", ann]], ann, "a", doc)).toEqual([
      'f0(User{"ann"}) and f1(User{"ann"}) and f3(User{"ann"})',
    ]);
  });

  it("leaves out what one more fact adds to a set that is enough, and what an earlier rule turns into an error", async () => {
    const order = `actor User {} resource Doc {} declare vip(User); declare a(User);
      allow(u: User, "x", _: Doc) if vip(u) and a(u);
      allow(u: User, "x", _: Doc) if vip(u);
      allow(u: User, "y", _: Doc) if vip(u) and 1 < "a";
      allow(u: User, "y", _: Doc) if vip(u);
      allow(u: User, "y", _: Doc) if a(u);`;
    expect(await missing(order, [], ann, "x", doc)).toEqual(['vip(User{"ann"})']);
    expect(await missing(order, [], ann, "y", doc)).toEqual(['a(User{"ann"})']);
  });

  it("may be several facts of one predicate, beside others that came with the question", async () => {
    const text = `actor User {} resource Doc { roles = ["x", "y", "z"]; }
      allow(u: User, "two", d: Doc) if has_role(u, "x", d) and has_role(u, "y", d);
      allow(u: User, "three", d: Doc) if has_role(u, "x", d) and has_role(u, "y", d) and has_role(u, "z", d);`;
    const role = (name: string): string => `has_role(User{"ann"}, "${name}", Doc{"1"})`;
    const found = async (w: World, action: string): Promise<unknown[]> =>
      (await explain(w, ann, action, doc)).attempts.map((one) => one.missing);
    const given: Fact = ["has_role", ann, "z", doc];
    expect(await found(world({ policy: text }), "two")).toEqual([[role("x"), role("y")]]);
    expect(await found(world({ policy: text }), "three")).toEqual([[role("x"), role("y"), role("z")]]);
    expect(await found(world({ policy: text, contextFacts: [given] }), "three")).toEqual([[role("x"), role("y")]]);
    expect(await found(world({ policy: text, facts: [given] }), "three")).toEqual([[role("x"), role("y")]]);
  });

  it("counts a fact once that two rules on the way ask for", async () => {
    const twice = `actor User {} resource Doc {} declare a(User); declare b(User); declare c(User);
      x(u) if a(u) and b(u); y(u) if b(u) and a(u); allow(u: User, "a", _: Doc) if x(u) and y(u) and c(u);`;
    expect(await missing(twice, [], ann, "a", doc)).toContain('a(User{"ann"}) and b(User{"ann"}) and c(User{"ann"})');
  });

  it("names the rule that needs the facts, and what of it holds already", async () => {
    const one = await explain(world({ policy, facts: [["level", ann, 5]] }), ann, "share", doc);
    const rule = policy.split("\n").findIndex((line) => line.startsWith('has_permission(u: User, "share"')) + 1;
    expect(one.attempts.map(({ goal, missing: set, location }) => [goal, set, location.line])).toEqual([
      ['has_permission(User{"ann"}, "share", Doc{"1"})', ['has_role(User{"ann"}, "owner", Doc{"1"})'], rule],
    ]);
    const facts: Fact[] = [
      ["vip", ann, doc],
      ["level", ann, 5],
    ];
    const half = await explain(world({ policy, facts }), ann, "keep", doc);
    expect(half.attempts.map(({ missing: set, holds }) => [set, holds])).toEqual([
      [['locked(Doc{"1"})'], ['vip(User{"ann"}, Doc{"1"})', 'level(User{"ann"}, 5)', "n = 5"]],
    ]);
  });
});
