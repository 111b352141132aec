import { createEngine, type Engine, entity, type Fact, type Reference } from "arcturus";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import type { Derivation, Explanation } from "../../src/solver/explanation.js";
import { runs } from "../support/effort.js";
import { randomWorld, valuesOfSort } from "../support/random-worlds.js";
import { type Question, Replay } from "../support/replay.js";

const filename = "policy.polar";
const silent = { info: () => {}, warn: () => {} };

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source(filename, text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

async function engineOf(source: string, facts: readonly Fact[]): Promise<Engine> {
  const engine = await createEngine({ policy: [{ source, filename }], logger: silent });
  await engine.bulkTell(facts);
  return engine;
}

function asked(actor: Reference, action: string, resource: Reference): Question {
  return { predicate: "allow", args: [actor, action, resource] };
}

const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "role: reader", x) if has_role(a, "reader", x);
allow(u: User, "trusted", f: Folder) if trusted(u, f);
allow(u: User, "untrusted", f: Folder) if level(f, _) and not trusted(u, f);
`;
const actions = ["read", "write", "role: reader", "trusted", "untrusted"];
const actors = [...valuesOfSort.User.slice(0, 2), ...valuesOfSort.Team.slice(0, 1)] as Reference[];
const resources = [...valuesOfSort.Folder.slice(0, 2), ...valuesOfSort.Note.slice(0, 1)] as Reference[];

describe("I23: an explanation replays", () => {
  test("on random policies and facts, stored and of the context: proofs are proofs, and what is missing is enough", async () => {
    const seen = { proofs: 0, attempts: 0 };
    await fc.assert(
      fc.asyncProperty(randomWorld, fc.nat(), async (world, cut) => {
        const text = world.policy + doors;
        const half = world.facts.length === 0 ? 0 : cut % world.facts.length;
        const [facts, contextFacts] = [world.facts.slice(half), world.facts.slice(0, half)];
        const engine = await engineOf(text, facts);
        const values = Object.values(valuesOfSort)
          .flat()
          .map((v) => (typeof v === "number" ? BigInt(v) : v));
        // A fact that is stored and in the context is named as one of them.
        const replay = new Replay({ policy: load(text), facts, contextFacts, values });
        for (const actor of actors) {
          for (const action of actions) {
            for (const resource of resources) {
              const explanation = await engine.explain(actor, action, resource, { contextFacts });
              const refusal = replay.explanation(asked(actor, action, resource), explanation);
              if (refusal !== undefined) expect({ actor, action, resource, refusal, explanation }).toBeUndefined();
              if (explanation.allowed) seen.proofs++;
              seen.attempts += explanation.attempts.length;
            }
          }
        }
      }),
      { numRuns: runs(6) },
    );
    expect(seen.proofs).toBeGreaterThan(10);
    expect(seen.attempts).toBeGreaterThan(10);
  }, 1_200_000);

  describe("the checker refuses", () => {
    const policy = `actor User {}
resource Org { roles = ["member", "admin"]; "member" if "admin"; }
resource Repo { roles = ["reader"]; permissions = ["read"]; relations = { org: Org };
  "reader" if "member" on "org"; "read" if "reader"; }
has_permission(u: User, "read", r: Repo) if trusted(u, level) and level > 3 and not banned(u) and open(r);
open(Repo{"docs"});
open(_: Repo) if false;
declare trusted(User, Integer); declare banned(User);
`;
    const ann = entity("User", "ann");
    const bob = entity("User", "bob");
    const web = entity("Repo", "web");
    const docs = entity("Repo", "docs");
    const acme = entity("Org", "acme");
    const facts: Fact[] = [
      ["has_relation", web, "org", acme],
      ["has_role", ann, "admin", acme],
      ["trusted", bob, 5],
    ];
    const replay = new Replay({ policy: load(policy), facts });
    type Change = (node: Derivation) => Derivation | undefined;

    /** Changes every node that `change` wants to change. */
    function changed(node: Derivation, change: Change): Derivation {
      const other = change(node);
      if (other !== undefined) return other;
      if (node.kind !== "rule") return node;
      return { ...node, premises: node.premises.map((premise) => changed(premise, change)) };
    }

    async function derivationOf(actor: Reference, resource: Reference): Promise<Derivation> {
      const { derivation } = await (await engineOf(policy, facts)).explain(actor, "read", resource);
      if (derivation === undefined) throw new Error("denied");
      return derivation;
    }

    const leaf = (node: Derivation, text: string): boolean => node.kind === "fact" && node.goal.includes(text);
    const without =
      (dropped: (node: Derivation) => boolean): Change =>
      (node) => {
        if (node.kind !== "rule" || !node.premises.some(dropped)) return undefined;
        return { ...node, premises: node.premises.filter((premise) => !dropped(premise)) };
      };

    const defects: readonly [string, Reference, Reference, Change][] = [
      ["a fact missing among the premises", ann, web, without((node) => leaf(node, '"org"'))],
      ["a rule missing among the premises", ann, web, without((node) => node.goal.startsWith("has_role"))],
      ["a comparison left out", bob, docs, without((node) => node.kind === "builtin")],
      ["a negation left out", bob, docs, without((node) => node.kind === "negation")],
      [
        "premises folded away",
        ann,
        web,
        (node) => (node.kind === "rule" ? { ...node, premises: [], folded: true } : undefined),
      ],
      [
        "a fact that is not there",
        ann,
        web,
        (node) =>
          leaf(node, '"admin"')
            ? {
                kind: "fact",
                goal: 'has_role(User{"ann"}, "member", Org{"acme"})',
                fact: ["has_role", ann, "member", acme],
                stored: "store",
              }
            : node.kind === "rule" && node.rule === '"member" if "admin"'
              ? node.premises[0]
              : undefined,
      ],
      [
        "a proof of something else",
        ann,
        web,
        (node) =>
          leaf(node, '"admin"')
            ? { kind: "fact", goal: 'trusted(User{"bob"}, 5)', fact: ["trusted", bob, 5], stored: "store" }
            : undefined,
      ],
      [
        "a goal that its fact does not state",
        ann,
        web,
        (node) =>
          node.kind === "fact" && leaf(node, '"admin"')
            ? { ...node, fact: ["has_role", bob, "admin", acme] }
            : undefined,
      ],
      [
        "a fact of the store said to be of the context",
        ann,
        web,
        (node) => (node.kind === "fact" ? { ...node, stored: "context" } : undefined),
      ],
      [
        "a fact of the policy at another place",
        bob,
        docs,
        (node) =>
          node.kind === "fact" && node.stored === "policy" && node.location !== undefined
            ? { ...node, location: { ...node.location, line: node.location.line + 1 } }
            : undefined,
      ],
      [
        "a rule of another place",
        ann,
        web,
        (node) =>
          node.kind === "rule" && node.rule === '"read" if "reader"'
            ? { ...node, location: { ...node.location, column: node.location.column + 1 } }
            : undefined,
      ],
      [
        "a rule under another text",
        ann,
        web,
        (node) =>
          node.kind === "rule" && node.rule === '"read" if "reader"'
            ? { ...node, rule: '"read" if "writer"' }
            : undefined,
      ],
      [
        "a rule that does not lead there",
        ann,
        web,
        (node) => (node.kind === "rule" && node.goal.startsWith("has_permission") ? node.premises[0] : undefined),
      ],
      [
        "a call that is said to hold by itself",
        ann,
        web,
        (node) => (leaf(node, '"admin"') ? { kind: "builtin", goal: node.goal } : undefined),
      ],
    ];
    test.each(defects)("%s", async (_, actor, resource, change) => {
      const derivation = await derivationOf(actor, resource);
      const question = asked(actor, "read", resource);
      expect(replay.derivation(question, derivation)).toBeUndefined();
      const broken = changed(derivation, change);
      expect(broken).not.toEqual(derivation);
      expect(replay.derivation(question, broken)).toBeTypeOf("string");
    });

    test("a proof whose comparison or negation does not hold in another world", async () => {
      const derivation = await derivationOf(bob, docs);
      const question = asked(bob, "read", docs);
      const policyThere = load(policy);
      const banned = new Replay({ policy: policyThere, facts: [...facts, ["banned", bob]] });
      expect(banned.derivation(question, derivation)).toContain("does not hold");
      const changedFact = JSON.parse(
        JSON.stringify(derivation).replaceAll("5)", "2)").replaceAll(",5]", ",2]"),
      ) as Derivation;
      const lower = new Replay({ policy: policyThere, facts: [...facts.slice(0, 2), ["trusted", bob, 2]] });
      expect(lower.derivation(question, changedFact)).toContain("does not hold");
    });

    test("a proof of another question", async () => {
      expect(replay.derivation(asked(bob, "read", web), await derivationOf(ann, web))).toBeTypeOf("string");
    });

    test("a denial that holds a complete proof, misses nothing, or does not know what would be enough", async () => {
      const engine = await engineOf(policy, facts);
      const question = asked(bob, "read", web);
      const denial = await engine.explain(bob, "read", web);
      expect(replay.explanation(question, denial)).toBeUndefined();
      const [first] = denial.attempts;
      if (first === undefined) throw new Error("nothing would be enough");
      const attempting = (change: Partial<typeof first>): Explanation => ({
        ...denial,
        attempts: [{ ...first, ...change }],
      });
      expect(replay.explanation(question, attempting({ missing: [] }))).toContain("nothing is missing");
      expect(replay.explanation(question, attempting({ missing: ['trusted(User{"bob"}, 5)'] }))).toContain("is there");
      expect(replay.explanation(question, attempting({ missing: ['trusted(User{"bob"}, 6)'] }))).toContain(
        "not enough",
      );
      expect(replay.explanation(question, attempting({ rule: '"read" if "writer"' }))).toContain("no such rule");
      expect(replay.explanation(question, attempting({ holds: ['banned(User{"bob"})'] }))).toContain("does not hold");
      const proved = asked(ann, "read", web);
      const derivation = await derivationOf(ann, web);
      const withProof: Explanation = { allowed: false, derivation, attempts: [] };
      expect(replay.explanation(proved, withProof)).toBe("it is denied with a complete proof");
      expect(replay.explanation(proved, { allowed: false, attempts: [] })).toBe("it is denied, and yet it follows");
    });
  });
});
