import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entity, type Fact } from "../../src/facts/value.js";
import type { Derivation, Explanation } from "../../src/solver/explanation.js";
import type { CallArgument } from "../../src/solver/machine.js";
import { runs } from "../support/effort.js";
import { settled, type World, world } from "../support/questions.js";
import { randomWorld, valuesOfSort } from "../support/random-worlds.js";

async function explain(w: World, ...args: CallArgument[]): Promise<Explanation> {
  const run = w.run("first");
  return settled(() => w.machine.explain("allow", args, run));
}

const policy = `actor User {}
resource Org { roles = ["member", "admin"]; "member" if "admin"; }
resource Repo {
  roles = ["reader"];
  permissions = ["read", "write"];
  relations = { org: Org };
  "reader" if "member" on "org";
  "read" if "reader";
}
has_permission(u: User, "write", r: Repo) if
  has_role(u, "reader", r) and level(u, n) and n > 3 and not banned(u);
declare level(User, Integer); declare banned(User);
has_role(User{"root"}, "reader", Repo{"web"});
`;
const ann = entity("User", "ann");
const web = entity("Repo", "web");
const acme = entity("Org", "acme");
const inOrg: Fact = ["has_relation", web, "org", acme];

describe("explain: why it is allowed", () => {
  it("names every rule and every fact, with their places", async () => {
    const facts: Fact[] = [inOrg, ["has_role", ann, "admin", acme]];
    const { allowed, derivation, attempts } = await explain(world({ policy, facts }), ann, "read", web);
    expect(allowed).toBe(true);
    expect(attempts).toEqual([]);
    expect(outline(derivation)).toEqual([
      'allow(User{"ann"}, "read", Repo{"web"}) by allow(a, p, x) if has_permission(a, p, x)',
      '  has_permission(User{"ann"}, "read", Repo{"web"}) by "read" if "reader" (8)',
      '    has_role(User{"ann"}, "reader", Repo{"web"}) by "reader" if "member" on "org" (7)',
      '      has_relation(Repo{"web"}, "org", Org{"acme"}) in store',
      '      has_role(User{"ann"}, "member", Org{"acme"}) by "member" if "admin" (2)',
      '        has_role(User{"ann"}, "admin", Org{"acme"}) in store',
    ]);
  });

  it("names facts of the policy and of the context, conditions and negations", async () => {
    const root = entity("User", "root");
    const w = world({ policy, facts: [], contextFacts: [["level", root, 5]] });
    expect(outline((await explain(w, root, "write", web)).derivation).slice(1)).toEqual([
      '  has_permission(User{"root"}, "write", Repo{"web"}) by has_permission(u: User, "write", r: Repo) if has_role(u, "reader", r) and level(u, n) and n > 3 and not banned(u) (10)',
      '    has_role(User{"root"}, "reader", Repo{"web"}) in policy (13)',
      '    level(User{"root"}, 5) in context',
      "    holds n > 3 (11)",
      "    negation not banned(u) (11)",
    ]);
  });

  it("a cycle of facts gives a finite tree", async () => {
    const w = world({
      policy: `actor User {} resource Folder { roles = ["r"]; permissions = ["read"]; relations = { parent: Folder };
        "r" if "r" on "parent"; "read" if "r"; }`,
      facts: [
        ["has_relation", entity("Folder", "a"), "parent", entity("Folder", "b")],
        ["has_relation", entity("Folder", "b"), "parent", entity("Folder", "a")],
        ["has_role", ann, "r", entity("Folder", "b")],
      ],
    });
    for (const start of ["a", "b"]) {
      const { derivation } = await explain(w, ann, "read", entity("Folder", start));
      expect(outline(derivation).at(-1)).toContain("in store");
    }
  });

  it("a chain of 2,000 levels is told without its end", async () => {
    const parents = Array.from(
      { length: 2_000 },
      (_, i): Fact => ["has_relation", entity("Folder", `${i}`), "parent", entity("Folder", `${i + 1}`)],
    );
    const w = world({
      policy: `actor User {} resource Folder { roles = ["r"]; permissions = ["read"]; relations = { parent: Folder };
        "r" if "r" on "parent"; "read" if "r"; }`,
      facts: [...parents, ["has_role", ann, "r", entity("Folder", "2000")]],
      limits: { milliseconds: 60_000 },
    });
    const { allowed, derivation } = await explain(w, ann, "read", entity("Folder", "0"));
    expect(allowed).toBe(true);
    expect(JSON.stringify(derivation).length).toBeLessThan(200_000);
    expect(JSON.stringify(derivation), "says so").toContain('"folded":true');
  });
});

describe("explain: what would have been enough", () => {
  it("gives the smallest sets of facts, each with the rule that needs them", async () => {
    const { allowed, attempts } = await explain(world({ policy, facts: [inOrg] }), ann, "read", web);
    expect(allowed).toBe(false);
    const short = attempts.map(({ rule, missing, location }) => [rule, missing, location.line]);
    expect(short).toContainEqual(['"read" if "reader"', ['has_role(User{"ann"}, "reader", Repo{"web"})'], 8]);
    expect(short).toContainEqual([
      '"reader" if "member" on "org"',
      ['has_role(User{"ann"}, "member", Org{"acme"})'],
      7,
    ]);
    expect(short).toContainEqual(['"member" if "admin"', ['has_role(User{"ann"}, "admin", Org{"acme"})'], 2]);
    expect(attempts.find(({ rule }) => rule.startsWith('"reader"'))?.holds).toEqual([
      'has_relation(Repo{"web"}, "org", Org{"acme"})',
    ]);
  });

  it("writes a hole as `_`", async () => {
    const { attempts } = await explain(world({ policy, facts: [["has_role", ann, "member", acme]] }), ann, "read", web);
    expect(attempts.map(({ missing }) => missing)).toContainEqual(['has_relation(Repo{"web"}, "org", Org{"acme"})']);
    const nothing = await explain(world({ policy, facts: [] }), ann, "read", web);
    expect(nothing.attempts.map(({ missing }) => missing)).toContainEqual([
      'has_relation(Repo{"web"}, "org", _)',
      'has_role(User{"ann"}, "member", _)',
    ]);
  });

  it("knows nothing to tell when a negation or a comparison stands in the way", async () => {
    const facts: Fact[] = [
      ["has_role", ann, "reader", web],
      ["level", ann, 5],
      ["banned", ann],
    ];
    expect((await explain(world({ policy, facts }), ann, "write", web)).attempts).toEqual([]);
    const unheard = await explain(world({ policy, facts }), ann, "fly", web);
    expect(unheard).toEqual({ allowed: false, attempts: [] });
  });

  it("I23: on random worlds, proofs end in facts that are there, and missing facts are enough", async () => {
    await fc.assert(
      fc.asyncProperty(randomWorld, async ({ policy: text, facts }) => {
        const w = world({ policy: text, facts });
        for (const user of valuesOfSort.User) {
          for (const folder of valuesOfSort.Folder) {
            const question = [user, "read", folder] as const;
            const explanation = await explain(w, ...question);
            expect(explanation.allowed).toBe(await w.holds("allow", ...question));
            const leaves = factsOf(explanation.derivation).map((fact) => JSON.stringify(fact));
            for (const leaf of leaves) expect(facts.map((fact) => JSON.stringify(fact))).toContain(leaf);
            for (const { missing } of explanation.attempts) {
              const told = missing.map(factOf);
              if (told.some((fact) => fact === undefined)) continue;
              const after = world({ policy: text, facts: [...facts, ...(told as Fact[])] });
              expect([missing, await after.holds("allow", ...question)]).toEqual([missing, true]);
            }
          }
        }
      }),
      { numRuns: runs(1) },
    );
  }, 1_200_000);
});

/** One line per node. */
function outline(node: Derivation | undefined, indent = ""): string[] {
  if (node === undefined) return [];
  const line = node.location === undefined || node.location.line === 1 ? "" : ` (${node.location.line})`;
  switch (node.kind) {
    case "fact":
      return [`${indent}${node.goal} in ${node.stored}${line}`];
    case "rule":
      return [
        `${indent}${node.goal} by ${node.rule}${line}`,
        ...node.premises.flatMap((premise) => outline(premise, `${indent}  `)),
      ];
    case "builtin":
      return [`${indent}holds ${node.goal}${line}`];
    case "negation":
      return [`${indent}negation ${node.goal}${line}`];
  }
}

function factsOf(node: Derivation | undefined): Fact[] {
  if (node?.kind === "fact") return node.stored === "policy" ? [] : [node.fact];
  return node?.kind === "rule" ? node.premises.flatMap(factsOf) : [];
}

/** A fact as it is printed, read back. `undefined` when it has a hole. */
function factOf(text: string): Fact | undefined {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const args = (list ?? "").split(", ").map((arg) => {
    const [, type, id] = /^(\w+)\{"(.*)"\}$/.exec(arg) ?? [];
    if (type !== undefined && id !== undefined) return entity(type, id);
    return arg === "_" ? undefined : (JSON.parse(arg) as string | number | boolean);
  });
  return args.includes(undefined) ? undefined : ([name, ...args] as unknown as Fact);
}
