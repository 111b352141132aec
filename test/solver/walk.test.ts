import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import { FactTables, type Reference } from "../../src/facts/index.js";
import { loadPolicy } from "../../src/polar/load.js";
import type { Policy } from "../../src/polar/policy.js";
import { defaultLimits } from "../../src/solver/limits.js";
import type { Pace } from "../../src/solver/pace.js";
import { type Codes, createRelational, type Relational } from "../../src/solver/relational/index.js";
import { runs } from "../support/effort.js";
import { stored } from "../support/fact-list.js";
import { randomWorld } from "../support/random-worlds.js";

/** Pauses wherever it is possible at all. */
const everywhere: Pace = { due: () => true, steps: 1 };

function load(text: string): Policy {
  const { policy, diagnostics } = loadPolicy([new Source("policy.polar", text)]);
  if (policy === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return policy;
}

const doors = `
allow(a, p, x) if has_permission(a, p, x);
allow(a: Actor, "role: reader", x) if has_role(a, "reader", x);
allow(f: Folder, "near", g: Folder) if near(f, g);
allow(u: User, "works", t: Team) if works(u, t);
allow(_: User, "special", f: Folder) if special(f);
allow(u: User, "trusted", f: Folder) if trusted(u, f);
allow(a, "self", a);
allow(u: User, "untrusted", f: Folder) if level(f, _) and not trusted(u, f);
allow(u: User, action, f: Folder) if likes(u, action) and color(f, action);
`;
const actions = ["read", "write", "role: reader", "near", "works", "special", "trusted", "self", "untrusted", "red"];
const types = ["User", "Team", "Folder", "Note", "Org"] as const;
const actors: readonly Reference[] = [
  ...types.flatMap((type) => ["0", "1", "2"].map((id) => ({ type, id }))),
  { type: "User", id: "stranger" },
];

function idsOf({ codes, texts, size, other }: Codes): string[] {
  return Array.from(codes, (code) => (code < size ? (texts[code] as string) : other));
}

/** Walks to the end, does something else in every pause, and counts the pauses. */
function walked(
  relational: Relational,
  [actor, action, type]: readonly [Reference, string, string],
  pause: () => void,
): { pauses: number; found: "all" | string[] | undefined } {
  const walk = relational.walk(actor, action, type, everywhere, Date.now());
  for (let pauses = 0; ; pauses++) {
    const step = walk.next();
    if (step.done !== true) {
      pause();
      continue;
    }
    const found = typeof step.value === "object" ? idsOf(step.value).sort() : step.value;
    return { pauses, found };
  }
}

describe("a list that pauses", () => {
  it("holds what a list in one go holds, whatever is asked during its pauses (I1)", () => {
    let pauses = 0;
    fc.assert(
      fc.property(randomWorld, ({ policy: text, facts, bystanders }) => {
        const tables = new FactTables();
        tables.insertMany([...bystanders, ...facts].map(stored));
        const relational = createRelational(load(text + doors), tables);
        const questions = actors.flatMap((actor) =>
          actions.flatMap((action) => types.map((type) => [actor, action, type] as const)),
        );
        let other = 0;
        // The same question too, and others that use the same rules.
        const interfere = (): void => {
          const [actor, action, type] = questions[other++ % questions.length]!;
          relational.list(actor, action, type);
          relational.check(actor, action, { type, id: "1" });
        };
        for (const question of questions) {
          const wanted = relational.list(...question);
          const { found, pauses: seen } = walked(relational, question, interfere);
          const sorted = typeof wanted === "object" ? wanted.sort() : wanted;
          if (JSON.stringify(found) !== JSON.stringify(sorted)) expect([question, found]).toEqual([question, sorted]);
          pauses += seen;
        }
      }),
      { numRuns: runs(4) },
    );
    expect(pauses).toBeGreaterThan(300);
  }, 600_000);

  it("holds every row of a long list, the last one of each piece too", () => {
    const policy = load(
      `actor User {} resource Folder { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`,
    );
    for (const count of [16_384, 16_385, 32_769]) {
      const tables = new FactTables();
      const ann = { type: "User", id: "ann" };
      const ids = Array.from({ length: count }, (_, i) => `f${i}`);
      for (const id of ids) tables.insert({ predicate: "has_role", args: [ann, "reader", { type: "Folder", id }] });
      const relational = createRelational(policy, tables);
      const { found, pauses } = walked(relational, [ann, "read", "Folder"], () => {});
      expect(found).toEqual(ids.sort());
      expect(pauses).toBeGreaterThan(0);
      expect((relational.list(ann, "read", "Folder") as string[]).sort()).toEqual(ids);
    }
  });

  it("two walks of one question, a step of each in turn, do not disturb each other", () => {
    const { relational, ann } = folders();
    const walks = [0, 1, 2].map(() => relational.walk(ann, "read", "Folder", everywhere, Date.now()));
    const found: unknown[] = [];
    while (found.length < walks.length) {
      for (const walk of walks) {
        const step = walk.next();
        if (step.done === true && step.value !== undefined) found.push(step.value);
      }
    }
    const wanted = (relational.list(ann, "read", "Folder") as string[]).sort();
    for (const one of found) expect(idsOf(one as Codes).sort()).toEqual(wanted);
  });

  it("a walk that is given up leaves nothing behind", () => {
    const { relational, ann } = folders();
    const wanted = (relational.list(ann, "read", "Folder") as string[]).sort();
    for (let steps = 0; steps < 40; steps++) {
      const walk = relational.walk(ann, "read", "Folder", everywhere, Date.now());
      for (let i = 0; i < steps; i++) walk.next();
      walk.return(undefined);
      expect(walked(relational, [ann, "read", "Folder"], () => {}).found).toEqual(wanted);
      expect((relational.list(ann, "read", "Folder") as string[]).sort()).toEqual(wanted);
    }
  });

  it("counts steps, answers and milliseconds over all of its pieces", () => {
    const ask = (limits: Partial<typeof defaultLimits>, started = Date.now()): void => {
      const { relational, ann } = folders(limits);
      const walk = relational.walk(ann, "read", "Folder", everywhere, started);
      while (walk.next().done !== true);
    };
    const limited = (limit: string, value: number, unit: string): object =>
      expect.objectContaining({ name: "LimitError", limit, value, unit });
    expect(() => ask({ steps: 100 })).toThrow(limited("steps", 100, "steps"));
    expect(() => ask({ answers: 1_000 })).toThrow(limited("answers", 1_000, "answers"));
    expect(() => ask({ milliseconds: 50 }, Date.now() - 60)).toThrow(limited("milliseconds", 50, "ms"));
    expect(() => ask({ steps: 10_000, answers: 1_001 })).not.toThrow();
  });
});

/** A tree of a thousand folders below one that ann reads, and a few that she reads by themselves. */
function folders(limits: Partial<typeof defaultLimits> = {}): { relational: Relational; ann: Reference } {
  const policy = load(`
    actor User {}
    resource Folder {
      roles = ["reader"];
      permissions = ["read"];
      relations = { parent: Folder };
      "read" if "reader";
      "reader" if "reader" on "parent";
    }
  `);
  const tables = new FactTables();
  const ann = { type: "User", id: "ann" };
  const folder = (id: number): Reference => ({ type: "Folder", id: `f${id}` });
  for (let i = 1; i < 1_000; i++) {
    tables.insert({ predicate: "has_relation", args: [folder(i), "parent", folder((i - 1) >> 2)] });
  }
  for (const i of [0, 5, 2_000]) tables.insert({ predicate: "has_role", args: [ann, "reader", folder(i)] });
  return { relational: createRelational(policy, tables, { limits: { ...defaultLimits, ...limits } }), ann };
}
